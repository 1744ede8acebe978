import { describe, expect, it } from 'vitest';
import { DAY } from '../time.ts';
import { type CausePeer, decideMergeByCause } from './same-cause.ts';

function peer(number: number, more: Partial<CausePeer> = {}): CausePeer {
  return {
    id: `inc_${number}`,
    number,
    status: 'open',
    namespaces: ['shop'],
    startedAt: number,
    confidence: 'high',
    cause: 'oom-killed of StatefulSet shop/postgres',
    handled: false,
    separated: false,
    ...more,
  };
}

describe('two incidents with the same cause', () => {
  it('become one, the younger in the older, whichever was diagnosed last', () => {
    const [old, young] = [peer(1), peer(2)];
    for (const [incident, others] of [
      [old, [young]],
      [young, [old]],
    ] as const) {
      const merge = decideMergeByCause(incident, others);
      expect([merge?.source.id, merge?.target.id]).toEqual(['inc_2', 'inc_1']);
      expect(merge?.reason).toContain('oom-killed of StatefulSet shop/postgres');
    }
  });

  it.each([
    ['alone', peer(1), []],
    ['with another cause', peer(2), [peer(1, { cause: 'dns-failure of Service shop/dns' })]],
    ['days apart', peer(2, { startedAt: 2 * DAY }), [peer(1)]],
    ['when the cause is a guess', peer(2), [peer(1, { confidence: 'low' })]],
    ['when somebody works on the younger', peer(2, { handled: true }), [peer(1)]],
    ['when the younger is acknowledged', peer(2, { status: 'acknowledged' }), [peer(1)]],
    ['after a person took them apart', peer(2, { separated: true }), [peer(1)]],
    ['after a person took something out of the older', peer(2), [peer(1, { separated: true })]],
    ['when somebody would lose sight of it', peer(2, { namespaces: ['bank'] }), [peer(1)]],
  ])('stay apart %s', (_, incident, peers) => {
    expect(decideMergeByCause(incident, peers)).toBeNull();
  });

  it('may go into one that somebody works on', () => {
    expect(decideMergeByCause(peer(2), [peer(1, { handled: true, status: 'acknowledged' })])?.target.number).toBe(1);
  });
});
