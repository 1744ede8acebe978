import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readAlerts } from '@headwater/contracts/webhooks/read-alerts.ts';
import {
  afterFlush,
  type AlertGroup,
  flushReason,
  groupKey,
  groupLabels,
  type SentAlert,
  webhookBody,
} from './group.ts';
import { type AlertSender, type Delivery, startAlertSender } from './sender.ts';

const NOW = 1_900_000_000_000;
const alert = (pod: string, endsAt: number | null = null): SentAlert => ({
  labels: { alertname: 'PodDown', namespace: 'shop', pod },
  annotations: { summary: `${pod} is down` },
  fingerprint: pod.padStart(16, '0'),
  startsAt: NOW - 60_000,
  endsAt,
});
const group = (...alerts: SentAlert[]): AlertGroup => ({
  key: 'k',
  labels: {},
  alerts: new Map(alerts.map((one) => [one.fingerprint, one])),
  told: null,
});

describe('a group', () => {
  it('is named as Alertmanager names it', () => {
    const labels = groupLabels(alert('a'), ['namespace', 'alertname', 'cluster']);
    expect(groupKey(labels)).toBe('{}:{alertname="PodDown", namespace="shop"}');
  });

  it('is told once, then for new alerts, resolves and after the repeat interval', () => {
    const first = group(alert('a'));
    expect(flushReason(first, NOW, 1000)).toBe('first notification');
    const told = afterFlush(first, NOW);
    expect(flushReason(told, NOW + 999, 1000)).toBeNull();
    expect(flushReason(told, NOW + 1000, 1000)).toBe('repeat interval elapsed');
    const two = { ...told, alerts: group(alert('a'), alert('b')).alerts };
    expect(flushReason(two, NOW, 1000)).toBe('new alerts added');
    const half = { ...afterFlush(two, NOW), alerts: group(alert('a', NOW), alert('b')).alerts };
    expect(flushReason(half, NOW, 1000)).toBe('some alerts resolved');
    const gone = { ...afterFlush(half, NOW), alerts: group(alert('b', NOW)).alerts };
    expect(flushReason(gone, NOW, 1000)).toBe('all alerts resolved');
    expect(flushReason(afterFlush(gone, NOW), NOW + 5000, 1000)).toBeNull();
  });

  it('that resolved before it was ever told stays untold', () => {
    expect(flushReason(group(alert('a', NOW - 1)), NOW, 1000)).toBeNull();
  });

  it('makes a body the intake reads', () => {
    const body = webhookBody(group(alert('a'), alert('b', NOW - 5)), {
      now: NOW,
      receiver: 'team-x',
      externalURL: '',
      reason: 'first notification',
    });
    expect(body).toMatchObject({
      version: '4',
      receiver: 'team\\-x',
      status: 'firing',
      commonLabels: { namespace: 'shop' },
    });
    const { alerts, rejected } = readAlerts(body);
    expect(rejected).toEqual([]);
    expect(alerts.map(({ status, endsAt }) => [status, endsAt])).toEqual([
      ['firing', null],
      ['resolved', NOW - 5],
    ]);
  });
});

describe('the sender', () => {
  let sender: AlertSender | undefined;
  let stopServer: (() => void) | undefined;
  afterEach(async () => {
    await sender?.stop();
    stopServer?.();
  });

  async function receiver(statuses: readonly number[]) {
    const bodies: unknown[] = [];
    const headers: IncomingMessage['headers'][] = [];
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        headers.push(request.headers);
        bodies.push(JSON.parse(text));
        response.writeHead(statuses[bodies.length - 1] ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stopServer = () => server.close();
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, headers };
  }

  // A clock on which every wait but the idle one between flushes is over at once.
  function start(url: string, until: (delivery: Delivery) => void): AlertSender {
    const clock = {
      now: () => NOW,
      wait: (ms: number, signal: AbortSignal): Promise<void> =>
        ms < 60_000 ? Promise.resolve() : new Promise((done) => signal.addEventListener('abort', () => done())),
    };
    const options = { groupBy: ['alertname'], groupWait: 1, groupInterval: 60_000, repeatInterval: 3_600_000 };
    return startAlertSender({ url, bearerToken: 'secret', clock, ...options, onDelivery: until });
  }

  it.each([
    ['retries a server error with the same body', [503, 503, 200], { attempts: 3, status: 200, delivered: true }],
    ['takes 429 for final, as Alertmanager does', [429], { attempts: 1, status: 429, delivered: false }],
  ])('%s', async (_, statuses, expected) => {
    const { url, bodies, headers } = await receiver(statuses);
    const delivery = await new Promise<Delivery>((resolve) => {
      sender = start(url, resolve);
      sender.post([alert('a'), alert('b')]);
    });
    expect(delivery).toMatchObject({ ...expected, alerts: 2 });
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(headers[0]?.authorization).toBe('Bearer secret');
  });
});
