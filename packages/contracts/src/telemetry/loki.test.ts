import { expect, it } from 'vitest';
import { lokiAnswer, lokiTime, readLokiStreams } from './loki.ts';

const stream = { stream: { namespace: 'shop', pod: 'web' }, values: [['1772359200123456789', 'boom']] };
const wanted = { labels: { namespace: 'shop', pod: 'web' }, entries: [['1772359200123456789', 'boom']] };

it.each([
  ['a whole answer', { status: 'success', data: { resultType: 'streams', result: [stream] } }],
  ['its data', { resultType: 'streams', result: [stream] }],
  ['its result', [stream]],
])('reads %s', (_, answer) => {
  expect(readLokiStreams(answer)).toEqual({ streams: [wanted], rejected: [] });
});

it('names broken parts and keeps the rest', () => {
  const answer = {
    data: {
      result: [{ ...stream, values: [['now', 'a'], ['1', 'b'], 'c'] }, { stream: [] }, { stream: {}, values: {} }],
    },
  };
  const { streams, rejected } = readLokiStreams(answer);
  expect(streams).toEqual([{ ...wanted, entries: [['1', 'b']] }]);
  expect(rejected.map(({ what, expected }) => `${what}; ${expected}`)).toEqual([
    'found a list at data.result[0].values[0]; a pair ["nanoseconds", "line"]',
    'found the text "c" at data.result[0].values[2]; a pair ["nanoseconds", "line"]',
    'found an empty list at data.result[1].stream; an object of labels',
    'found an object at data.result[2].values; a list of ["nanoseconds", "line"] pairs',
  ]);
});

it('refuses metric answers and other JSON', () => {
  expect(readLokiStreams({ data: { resultType: 'matrix', result: [] } }).rejected[0]).toMatchObject({
    expected: '"streams"',
  });
  expect(readLokiStreams({}).rejected[0]?.expected).toContain('data.result');
});

it('writes what it reads and keeps every nanosecond', () => {
  const { streams } = readLokiStreams([stream]);
  expect(readLokiStreams(lokiAnswer(streams)).streams).toEqual(streams);
  expect(lokiTime('1772359200123456789')).toBe('2026-03-01T10:00:00.123456789Z');
  expect(lokiTime('5')).toBe('1970-01-01T00:00:00.000000005Z');
});
