import { MINUTE } from '@headwater/core/time.ts';
import { expect, it } from 'vitest';
import { readKubernetesEvent } from './kubernetes-event.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'cart-1.17', namespace: 'shop' },
  type: 'Warning',
  reason: 'BackOff',
  message: 'Back-off restarting failed container cart in pod cart-1',
  involvedObject: {
    kind: 'Pod',
    namespace: 'shop',
    name: 'cart-1',
    apiVersion: 'v1',
    uid: 'u-1',
    fieldPath: 'spec.containers{cart}',
  },
  count: 12,
  firstTimestamp: '2026-03-01T09:40:00Z',
  lastTimestamp: '2026-03-01T09:59:00Z',
  source: { component: 'kubelet', host: 'worker-1' },
};

function read(body: unknown) {
  const reading = readKubernetesEvent(body, NOW);
  return reading.ok ? reading.body.alerts[0] : reading.faults;
}

it('reads a Warning Event as one alert of its object and reason', () => {
  expect(read(event)).toMatchObject({
    status: 'firing',
    labels: { alertname: 'BackOff', severity: 'warning', kind: 'Pod', name: 'cart-1', namespace: 'shop' },
    annotations: { summary: event.message },
    startsAt: Date.parse(event.firstTimestamp),
    endsAt: Date.parse(event.lastTimestamp) + 15 * MINUTE,
    subject: { kind: 'Pod', namespace: 'shop', name: 'cart-1', uid: 'u-1' },
    extra: { count: 12, fieldPath: 'spec.containers{cart}' },
  });
});

it('knows a repeated Event again, whatever it says and however often', () => {
  const first = read(event);
  const again = read({ ...event, count: 13, message: 'other words', lastTimestamp: '2026-03-01T09:59:59Z' });
  const other = read({ ...event, reason: 'Unhealthy' });
  const prints = [first, again, other].map((alert) => (alert && 'fingerprint' in alert ? alert.fingerprint : ''));
  expect(prints[0]).toBe(prints[1]);
  expect(prints[0]).not.toBe(prints[2]);
});

it('reads the form of events.k8s.io', () => {
  const { firstTimestamp: _, lastTimestamp: __, source: ___, message: ____, ...rest } = event;
  const newer = {
    ...rest,
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: '2026-03-01T09:50:00.123456Z',
    note: 'n',
    series: { count: 3, lastObservedTime: '2026-03-01T09:58:00.000000Z' },
    reportingComponent: 'kubelet',
  };
  expect(read(newer)).toMatchObject({
    startsAt: Date.parse('2026-03-01T09:50:00.123Z'),
    endsAt: Date.parse('2026-03-01T10:13:00Z'),
    annotations: { summary: 'n' },
    extra: { count: 3 },
  });
});

it('takes an Event that has not been repeated for long for over', () => {
  expect(
    read({ ...event, firstTimestamp: '2026-03-01T08:00:00Z', lastTimestamp: '2026-03-01T09:00:00Z' }),
  ).toMatchObject({ status: 'resolved' });
});

it.each([
  [{ ...event, type: 'Normal' }, '/type'],
  [{ ...event, reason: '' }, '/reason'],
  [{ ...event, involvedObject: { kind: 'Pod' } }, '/involvedObject/name'],
  [[], ''],
])('refuses %j at %s', (body, pointer) => {
  expect(read(body)).toMatchObject([{ pointer }]);
});
