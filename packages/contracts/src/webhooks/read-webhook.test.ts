import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelFingerprint } from '@headwater/core/alert/fingerprint.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWebhook } from './read-webhook.ts';
import type { SignalBody } from './signal.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

function fixture(name: string): Record<string, unknown> & { alerts: Record<string, unknown>[] } {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8');
  return JSON.parse(text) as ReturnType<typeof fixture>;
}

function read(body: unknown): SignalBody {
  const reading = readWebhook(body, NOW);
  if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
  return reading.body;
}

function faults(body: unknown): string[] {
  const reading = readWebhook(body, NOW);
  return reading.ok ? [] : reading.faults.map(({ pointer, detail }) => `${pointer} ${detail}`);
}

describe('golden bodies', () => {
  it('Alertmanager 0.16: no truncatedAlerts, no fingerprint, nanoseconds', () => {
    const body = read(fixture('alertmanager-0.16'));
    expect(body).toMatchObject({
      source: 'alertmanager',
      receiver: 'headwater',
      groupKey: '{}:{alertname="KubePodCrashLooping"}',
      truncatedAlerts: 0,
    });
    expect(body.alerts).toMatchObject([
      {
        status: 'firing',
        startsAt: Date.parse('2026-03-01T09:58:41.123Z'),
        endsAt: null,
        labels: { cluster: 'prod-1' },
      },
    ]);
    expect(body.alerts[0]?.fingerprint).toBe(labelFingerprint(body.alerts[0]?.labels ?? {}));
  });

  it('0.27: firing and resolved together, the receiver quoted for a regular expression', () => {
    const body = read(fixture('alertmanager-0.27'));
    expect(body.receiver).toBe('team-shop.oncall');
    expect(body.alerts.map(({ status, endsAt, fingerprint }) => [status, endsAt, fingerprint])).toEqual([
      ['firing', null, '8c5e8c1f3b2a4d6e'],
      ['resolved', Date.parse('2026-03-01T09:55:12.500Z'), '1f2e3d4c5b6a7988'],
    ]);
  });

  it('0.32: UTF-8 label names and values, a zone, truncated alerts, a reason', () => {
    const body = read(fixture('alertmanager-0.32'));
    expect(body.truncatedAlerts).toBe(37);
    expect(body.alerts).toMatchObject([
      {
        startsAt: Date.parse('2026-03-01T09:58:41Z'),
        labels: { 'k8s.deployment.name': '재고' },
        annotations: { summary: 'Volume ≥ 90 % 🚨' },
      },
    ]);
  });

  it('0.34: route labels are kept beside the alert', () => {
    const body = read(fixture('alertmanager-0.34'));
    expect(body.alerts).toMatchObject([
      {
        status: 'resolved',
        extra: { routeLabels: { team: 'platform', tier: '1' }, externalUrl: 'http://alertmanager-1:9093' },
      },
    ]);
  });

  it('Grafana version 1: its links and values are kept, what is empty is not', () => {
    const body = read(fixture('grafana-1'));
    expect(body.source).toBe('grafana');
    expect(body.alerts[0]?.extra).toEqual({
      externalUrl: 'https://grafana.example/',
      dashboardURL: 'https://grafana.example/d/shop',
      silenceURL: 'https://grafana.example/alerting/silence/new?alertmanager=grafana',
      ruleUID: 'fe1x2',
      values: { A: 7.25, B: 1 },
      valueString: "[ var='A' labels={} value=7.25 ]",
    });
  });

  it('Mimir: maps that are null', () => {
    expect(read(fixture('mimir')).alerts).toMatchObject([{ annotations: {}, generatorUrl: null }]);
  });

  it('vmalert: a bare list; an end to come fires, an end that came is resolved', () => {
    const body = read(fixture('vmalert'));
    expect(body).toMatchObject({ source: 'prometheus', groupKey: null });
    expect(body.alerts.map(({ status, endsAt }) => [status, endsAt])).toEqual([
      ['firing', Date.parse('2026-03-01T10:04:00Z')],
      ['resolved', Date.parse('2026-03-01T09:59:30Z')],
    ]);
  });

  it('Prometheus: the label without a value is absent, as in its own fingerprint', () => {
    const [alert] = read(fixture('prometheus')).alerts;
    expect(alert).toMatchObject({ status: 'firing', endsAt: Date.parse('2026-03-01T10:03:55.001Z') });
    expect(alert?.labels).not.toHaveProperty('empty');
  });

  it("Alertmanager's own list: a silenced alert still fires", () => {
    expect(read(fixture('alertmanager-api')).alerts).toMatchObject([
      { status: 'firing', fingerprint: '7f6e5d4c3b2a1908' },
    ]);
  });
});

describe('wrong bodies are refused whole, at a pointer', () => {
  const alert = fixture('alertmanager-0.27').alerts[0] ?? {};
  const around = (broken: Record<string, unknown>): unknown => ({
    version: '4',
    alerts: [alert, { ...alert, ...broken }],
  });

  it.each([
    ['hello', ' found the text "hello"; expected an Alertmanager webhook body, version 4, or a list of alerts'],
    [null, ' found null; expected an Alertmanager webhook body, version 4, or a list of alerts'],
    [{ version: '4' }, '/alerts found nothing; expected a list'],
    [{ version: '5', alerts: [] }, '/version found the text "5"; expected one of "1", "4"'],
    [{ alerts: [] }, '/version found nothing; expected one of "1", "4"'],
    [{ version: '4', alerts: [7] }, '/alerts/0 found the number 7; expected an object'],
    [around({ labels: 'x' }), '/alerts/1/labels found the text "x"; expected an object'],
    [around({ labels: {} }), '/alerts/1/labels found no label with a value; expected at least one'],
    [
      around({ labels: { 'a/b~c': null } }),
      '/alerts/1/labels/a~1b~0c found null; expected a text, or a number, or true or false',
    ],
    [around({ status: 'on' }), '/alerts/1/status found the text "on"; expected one of "firing", "resolved"'],
    [
      around({ startsAt: 'now' }),
      '/alerts/1/startsAt found the text "now"; expected an RFC 3339 time such as 2026-03-01T10:15:00Z',
    ],
    [
      around({ startsAt: '0001-01-01T00:00:00Z' }),
      '/alerts/1/startsAt found the text "0001-01-01T00:00:00Z"; expected the time at which the alert began',
    ],
    [
      around({ startsAt: '2026-03-01T10:10:01Z' }),
      '/alerts/1/startsAt found 2026-03-01T10:10:01Z, which is more than 10 minutes ahead of 2026-03-01T10:00:00Z; expected a start that has come',
    ],
    [
      around({ endsAt: '2026-13-01T10:10:01Z' }),
      '/alerts/1/endsAt found the text "2026-13-01T10:10:01Z"; expected an RFC 3339 time such as 2026-03-01T10:15:00Z',
    ],
    [
      around({ labels: { cluster: 'c'.repeat(254) } }),
      '/alerts/1/labels/cluster found a text of 254 characters; expected at most 253',
    ],
    [[{ startsAt: '2026-03-01T09:00:00Z' }], '/0/labels found nothing; expected an object'],
  ])('%j', (body, fault) => {
    expect(faults(body)).toEqual([fault]);
  });

  it('names no more than a person reads', () => {
    expect(faults({ version: '4', alerts: Array.from({ length: 500 }, () => 7) }).length).toBe(20);
  });
});

it('takes numbers and booleans that a payload template wrote bare', () => {
  const alert = { status: 'firing', labels: { alertname: 'A', port: 80, up: true }, startsAt: '2026-03-01T09:00:00Z' };
  expect(read({ version: '4', alerts: [alert] }).alerts[0]?.labels).toEqual({ alertname: 'A', port: '80', up: 'true' });
});

it('answers any JSON with a reading or with pointers into it, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.record({ version: fc.constant('4'), alerts: fc.jsonValue() })), (body) => {
      const reading = readWebhook(body, NOW);
      if (!reading.ok) expect(reading.faults.length).toBeGreaterThan(0);
      for (const { pointer } of reading.ok ? [] : reading.faults) expect(pointer).toMatch(/^(\/.*)?$/s);
    }),
    { numRuns: 300 },
  );
});
