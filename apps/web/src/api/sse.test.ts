import { array, assert, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventReader } from './sse.ts';

const STREAM =
  'retry: 2000\n\nid: 7\ndata: {"incidentId":"inc_1"}\n\n: heartbeat\nid: 8\n\nevent: reset\nid: 9\ndata: {}\n\n';
const EVENTS = [
  { id: '7', event: 'message', data: '{"incidentId":"inc_1"}' },
  { id: '8', event: 'message', data: '' },
  { id: '9', event: 'reset', data: '{}' },
];

describe('reading server-sent events', () => {
  it('reads the same wherever the network cuts the text', () => {
    assert(
      property(array(nat(STREAM.length), { maxLength: 8 }), (cuts) => {
        const read = eventReader();
        const places = [0, ...cuts.sort((left, right) => left - right), STREAM.length];
        const pieces = places.slice(1).map((end, index) => STREAM.slice(places[index], end));
        expect(pieces.flatMap(read)).toEqual(EVENTS);
      }),
    );
  });

  it('joins several data lines and takes both kinds of line ends', () => {
    expect(eventReader()('data: one\r\ndata: two\r\n\r\n')).toEqual([{ id: null, event: 'message', data: 'one\ntwo' }]);
  });
});
