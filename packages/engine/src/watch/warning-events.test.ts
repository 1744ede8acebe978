import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatTime, MINUTE } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import { watchWarnings, type WarningRules } from './warning-events.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const RULES: WarningRules = { cluster: 'prod', reasons: ['BackOff'], quiet: 15 * MINUTE, perMinute: 2 };

function event(pod: string, last: number, more: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${pod}.1`, namespace: 'shop' },
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    involvedObject: { kind: 'Pod', namespace: 'shop', name: pod },
    firstTimestamp: formatTime(NOW - 5 * MINUTE),
    lastTimestamp: formatTime(last),
    count: 3,
    ...more,
  };
}

describe('warning events', () => {
  it('tells one alert per object and reason, which names the object and ends by itself', () => {
    const warnings = watchWarnings(RULES);
    warnings.offer(event('web-0', NOW - MINUTE), NOW);
    warnings.offer(event('web-0', NOW), NOW);
    const [alert, ...others] = warnings.due(NOW);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      status: 'firing',
      labels: { alertname: 'BackOff', namespace: 'shop', kind: 'Pod', name: 'web-0', cluster: 'prod' },
      subject: { kind: 'Pod', namespace: 'shop', name: 'web-0' },
      startsAt: NOW - 5 * MINUTE,
      endsAt: NOW + 15 * MINUTE,
    });
  });

  it('passes over what is no Warning, has another reason, is about nothing, or is over', () => {
    const warnings = watchWarnings(RULES);
    warnings.offer(event('a', NOW, { type: 'Normal' }), NOW);
    warnings.offer(event('b', NOW, { reason: 'Unhealthy' }), NOW);
    warnings.offer(event('c', NOW, { involvedObject: {} }), NOW);
    warnings.offer(event('d', NOW - 16 * MINUTE), NOW);
    warnings.offer({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'e' } }, NOW);
    expect(warnings.due(NOW)).toEqual([]);
    const all = watchWarnings({ ...RULES, reasons: ['*'] });
    all.offer(event('b', NOW, { reason: 'Unhealthy' }), NOW);
    expect(all.due(NOW)).toHaveLength(1);
  });

  it('is due again until it is settled, then only to be kept alive, then once to be ended', () => {
    const warnings = watchWarnings(RULES);
    warnings.offer(event('web-0', NOW), NOW);
    expect(warnings.due(NOW)).toHaveLength(1);
    const told = warnings.due(NOW);
    expect(told).toHaveLength(1);
    warnings.settle(told, NOW);
    warnings.offer(event('web-0', NOW + MINUTE), NOW + MINUTE);
    expect(warnings.due(NOW + MINUTE)).toEqual([]);
    const kept = warnings.due(NOW + 6 * MINUTE);
    expect(kept).toMatchObject([{ status: 'firing', endsAt: NOW + 16 * MINUTE, startsAt: NOW - 5 * MINUTE }]);
    warnings.settle(kept, NOW + 6 * MINUTE);
    expect(warnings.due(NOW + 15 * MINUTE)).toEqual([]);
    const ended = warnings.due(NOW + 17 * MINUTE);
    expect(ended).toMatchObject([{ status: 'resolved', endsAt: NOW + 16 * MINUTE }]);
    warnings.settle(ended, NOW + 17 * MINUTE);
    expect(warnings.due(NOW + 18 * MINUTE)).toEqual([]);
  });

  it('lets a flood wait its turn and forgets what ended before it was told', () => {
    const warnings = watchWarnings(RULES);
    for (let index = 0; index < 5; index++) warnings.offer(event(`web-${index}`, NOW), NOW);
    warnings.settle(warnings.due(NOW), NOW);
    expect(warnings.waiting()).toBe(3);
    expect(warnings.due(NOW + 1)).toEqual([]);
    warnings.settle(warnings.due(NOW + MINUTE), NOW + MINUTE);
    expect(warnings.waiting()).toBe(1);
    const ended = warnings.due(NOW + 15 * MINUTE);
    expect(ended.map(({ status }) => status)).toEqual(['resolved', 'resolved', 'resolved', 'resolved']);
    expect(warnings.waiting()).toBe(0);
  });

  it('reads the newer Event API and an event without any time', () => {
    const warnings = watchWarnings(RULES);
    const newer = {
      involvedObject: undefined,
      regarding: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
      firstTimestamp: undefined,
      lastTimestamp: undefined,
      series: { count: 9, lastObservedTime: formatTime(NOW - MINUTE) },
      eventTime: formatTime(NOW - 2 * MINUTE),
    };
    warnings.offer(event('web-1', NOW, newer), NOW);
    expect(warnings.due(NOW)).toMatchObject([{ subject: { name: 'web-1' }, endsAt: NOW + 14 * MINUTE }]);
    const timeless = { firstTimestamp: undefined, lastTimestamp: undefined };
    warnings.offer(event('web-2', NOW, timeless), NOW);
    expect(warnings.due(NOW).map(({ subject }) => subject?.name)).toEqual(['web-1', 'web-2']);
  });
});
