import { describe, expect, it } from 'vitest';
import { MODES, modesOfAlert } from './modes.ts';
import { createHeap } from './heap.ts';
import { RULES, rulesFor, travelsToNeeded, WITHIN } from './rules.ts';

describe('rules', () => {
  it('name both ends, know their modes and take time', () => {
    for (const { how, from, to, within, relation } of RULES) {
      expect(how, relation).toMatch(/\{from\}/);
      expect(how, relation).toMatch(/\{to\}/);
      expect(MODES).toEqual(expect.arrayContaining([...from, to]));
      expect(within).toBeGreaterThan(0);
    }
  });

  it('let errors travel to callers only, and the lack of work to callees only', () => {
    const along = (direction: 'to-dependent' | 'to-needed'): string[] =>
      rulesFor('calls', direction).map(({ to }) => to);
    expect(along('to-dependent')).toContain('errors');
    expect(along('to-dependent')).not.toContain('starved');
    expect(along('to-needed')).toContain('starved');
    expect(along('to-needed')).not.toContain('errors');
    expect(travelsToNeeded('calls')).toBe(true);
    expect(travelsToNeeded('mounts')).toBe(false);
    expect(travelsToNeeded('no-such-relation')).toBe(false);
  });

  it('let nothing become what it was', () => {
    for (const mode of MODES) expect(WITHIN[mode].map(({ to }) => to)).not.toContain(mode);
  });
});

describe('modes of alerts', () => {
  const modes = (alertname: string): readonly string[] =>
    modesOfAlert({
      fingerprint: 'f',
      status: 'firing',
      labels: { alertname },
      annotations: {},
      startsAt: null,
      endsAt: null,
    });

  it.each([
    ['NoRequestsReceived', 'starved'],
    ['AbsentTraffic', 'starved'],
    ['KafkaConsumerGroupInactive', 'starved'],
    ['HighRequestErrorRate', 'errors'],
    ['Http5xxRatioHigh', 'errors'],
    ['HighRequestLatency', 'latency'],
    ['CPUThrottlingHigh', 'saturated'],
    ['KubePodCrashLooping', 'down'],
    ['KubePodNotReady', 'down'],
  ])('%s is about %s', (alertname, mode) => {
    expect(modes(alertname)).toEqual([mode]);
  });

  it('takes a name that says nothing for anything', () => {
    expect(modes('SomethingIsOdd')).toEqual(MODES);
  });
});

describe('heap', () => {
  it('gives the least first and keeps the order of equals', () => {
    const heap = createHeap<string>();
    for (const [item, cost] of [
      ['c', 3],
      ['a', 1],
      ['b', 1],
      ['d', 4],
      ['e', 0],
    ] as const)
      heap.put(item, cost);
    const taken = Array.from({ length: 6 }, () => heap.take());
    expect(taken).toEqual(['e', 'a', 'b', 'c', 'd', undefined]);
  });
});
