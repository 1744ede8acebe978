import { expect, it } from 'vitest';
import { readAlerts } from './read-alerts.ts';

const firing = {
  status: 'firing',
  labels: { alertname: 'PodDown', namespace: 'shop' },
  annotations: { summary: 'down' },
  startsAt: '2026-03-01T10:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: 'abc',
};
const read = {
  fingerprint: 'abc',
  status: 'firing',
  labels: firing.labels,
  annotations: firing.annotations,
  startsAt: Date.parse('2026-03-01T10:00:00Z'),
  endsAt: null,
};

it.each([
  ['a webhook body', { version: '4', groupKey: 'g', alerts: [firing] }],
  ['a bare list', [firing]],
  ['a single alert', firing],
  ['the API form', [{ ...firing, status: { state: 'suppressed' }, endsAt: '2026-03-01T10:05:00Z' }]],
])('reads %s', (_, body) => {
  expect(readAlerts(body)).toEqual({ alerts: [read], rejected: [] });
});

it('reads the end of a resolved alert and makes up a stable fingerprint', () => {
  const { fingerprint: _, ...anonymous } = firing;
  const { alerts } = readAlerts([{ ...anonymous, status: 'resolved', endsAt: '2026-03-01T10:05:00Z' }, anonymous]);
  expect(alerts.map(({ status, endsAt }) => [status, endsAt])).toEqual([
    ['resolved', Date.parse('2026-03-01T10:05:00Z')],
    ['firing', null],
  ]);
  expect(alerts[0]?.fingerprint).toBe(alerts[1]?.fingerprint);
});

it('names a broken alert and keeps its neighbours', () => {
  const { alerts, rejected } = readAlerts({ alerts: [{ ...firing, labels: 'x' }, firing, 7] });
  expect(alerts).toEqual([read]);
  expect(rejected.map(({ what, expected }) => `${what}; ${expected}`)).toEqual([
    'found the text "x" at alerts[0].labels; an object',
    'found the number 7 at alerts[2]; an object',
  ]);
});

it('says what a body lacks', () => {
  expect(readAlerts({ status: 'firing' }).rejected).toMatchObject([
    { what: 'found nothing at alerts', expected: 'a list' },
  ]);
  expect(readAlerts('hello').rejected).toMatchObject([
    { what: 'found the text "hello"', expected: 'an Alertmanager webhook body, version 4, with a list "alerts"' },
  ]);
});
