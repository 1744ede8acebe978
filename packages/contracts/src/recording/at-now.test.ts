import { expect, it } from 'vitest';
import type { KubeObject } from '../kube/kinds.ts';
import { atNow } from './at-now.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

function object(kind: string, created: string | undefined, fields: object = {}): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'x', creationTimestamp: created }, ...fields };
}

it('keeps what was created until now and drops what came later', () => {
  const pod = object('Pod', '2026-03-01T10:00:00Z');
  expect(atNow(pod, NOW)).toBe(pod);
  expect(atNow(object('Pod', undefined), NOW)).not.toBeNull();
  expect(atNow(object('Pod', '2026-03-01T10:00:01Z'), NOW)).toBeNull();
});

it('drops an event that began later', () => {
  expect(atNow(object('Event', '2026-03-01T10:05:00Z', { firstTimestamp: '2026-03-01T10:05:00Z' }), NOW)).toBeNull();
  expect(atNow(object('Event', undefined, { eventTime: '2026-03-01T10:05:00.123456Z' }), NOW)).toBeNull();
});

it('puts the last time of an event back to now when it began before', () => {
  const event = object('Event', '2026-03-01T09:00:00Z', {
    firstTimestamp: '2026-03-01T09:00:00Z',
    lastTimestamp: '2026-03-01T10:00:03Z',
    series: { count: 7, lastObservedTime: '2026-03-01T10:00:04.000000Z' },
    count: 7,
  });
  expect(atNow(event, NOW)).toEqual({
    ...event,
    lastTimestamp: '2026-03-01T10:00:00Z',
    series: { count: 7, lastObservedTime: '2026-03-01T10:00:00Z' },
  });
  expect(event['lastTimestamp']).toBe('2026-03-01T10:00:03Z');
});

it('judges an event that counts by its start, not by a later creation of its object', () => {
  const event = object('Event', '2026-03-01T10:00:02Z', { firstTimestamp: '2026-03-01T09:59:00Z' });
  expect(atNow(event, NOW)).toBe(event);
});
