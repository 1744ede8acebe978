import { describe, expect, it } from 'vitest';
import { ageOf, describedTime, zoneOf } from './clock.ts';
import { parseEvents } from './events.ts';
import { momentOf } from './moment.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

describe('clock', () => {
  it('reads described times with their zone', () => {
    expect(describedTime('Sun, 01 Mar 2026 18:00:00 +0800')).toBe('2026-03-01T10:00:00Z');
    expect(describedTime('Sun, 1 Mar 2026 10:00:00 +0000')).toBe('2026-03-01T10:00:00Z');
    expect(describedTime('2026-03-01')).toBeUndefined();
    expect(describedTime(undefined)).toBeUndefined();
  });

  it('finds the zone of the texts, else UTC', () => {
    expect(zoneOf(['nothing', 'Start Time: Sun, 01 Mar 2026 18:00:00 +0800'])).toBe('+08:00');
    expect(zoneOf([])).toBe('Z');
  });

  it.each([
    ['45s', 45],
    ['2m6s', 126],
    ['3h', 10_800],
    ['102d', 8_812_800],
    ['1y2d', 31_708_800],
    ['?', 0],
  ])('%s is %i seconds', (text, seconds) => {
    expect(ageOf(text)).toBe(seconds * 1000);
  });
});

describe('events', () => {
  const table = [
    '  Type  Reason  Age  From  Message',
    '  ----  ------  ---  ----  -------',
    '  Warning  BackOff  10s (x7 over 5m)  kubelet  Back-off: a  b',
    '  Normal  Pulled  2m  kubelet  Pulled',
    '<none>',
  ];

  it('gives repeated events their count, first and last time', () => {
    expect(parseEvents(table, { kind: 'Pod', namespace: 'shop', name: 'web' }, NOW)).toMatchObject([
      {
        type: 'Warning',
        reason: 'BackOff',
        count: 7,
        firstTimestamp: '2026-03-01T09:55:00Z',
        lastTimestamp: '2026-03-01T09:59:50Z',
        message: 'Back-off: a  b',
        metadata: { namespace: 'shop' },
      },
      { type: 'Normal', count: 1, firstTimestamp: '2026-03-01T09:58:00Z', lastTimestamp: '2026-03-01T09:58:00Z' },
    ]);
  });

  it('names events apart', () => {
    const names = parseEvents(table, { kind: 'Pod', name: 'web' }, NOW).map(
      (event) => (event as { metadata: { name: string } }).metadata.name,
    );
    expect(new Set(names).size).toBe(2);
  });
});

describe('moment', () => {
  const moment = (alert: unknown, values: readonly number[] = []): number => {
    const samples = values.map((value, index) => [NOW + index * 1000, value] as const);
    return momentOf({ alert }, 7, [{ labels: { __name__: 'workload:latency_p95:seconds' }, samples }], '+08:00');
  };

  it('is the last end of an alert window, in the zone of the texts', () => {
    const alerts = [
      { time_range: '2026-03-01 17:00:00 ~ 2026-03-01 18:00:00' },
      { time_range: '2026-03-01 17:00:00 ~ 2026-03-01 17:30:00' },
      null,
      { time_range: 5 },
    ];
    expect(moment({ alerts })).toBe(NOW);
  });

  it('else the last disturbed sample, else the collection', () => {
    expect(moment(null, [1, 1, 1, 9, 9, 1, 1])).toBe(NOW + 4000);
    expect(moment({ alerts: 'x' }, [1, 1, 1])).toBe(7);
    expect(moment(undefined)).toBe(7);
  });
});
