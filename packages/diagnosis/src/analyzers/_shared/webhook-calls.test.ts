import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { callsByWebhook, failedCalls, refusedBy, registrationOf, serviceIn, webhookSubject } from './webhook-calls.ts';

const PREFIX =
  'Error creating: Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: Post "https://guard.sys.svc:443/v?timeout=10s": ';

function replicaSet(name: string, message: string, replicas = 0): unknown[] {
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name, namespace: 'shop' },
      spec: { replicas: 1 },
      status: { replicas },
    },
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `e-${name}`, namespace: 'shop' },
      involvedObject: { kind: 'ReplicaSet', namespace: 'shop', name },
      reason: 'FailedCreate',
      message,
    },
  ];
}

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'guard', namespace: 'sys' },
  spec: { selector: { app: 'guard' } },
};
const backend = (ready: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'guard-1', namespace: 'sys', labels: { app: 'guard' } },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] },
});

function snapshotOf(...objects: unknown[]) {
  return buildSnapshot(fixtureInput({ objects }));
}

describe('failedCalls', () => {
  it.each([
    ['unavailable', 'no endpoints available for service "guard"'],
    ['unavailable', 'dial tcp 10.0.0.1:443: connect: connection refused'],
    ['unavailable', 'dial tcp 10.0.0.1:443: i/o timeout'],
    ['unavailable', 'service "guard" not found'],
    ['tls', 'x509: certificate signed by unknown authority'],
    ['tls', 'tls: failed to verify certificate: x509: certificate is valid for a.b, not guard.sys.svc'],
    ['slow', 'context deadline exceeded'],
    ['slow', 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)'],
  ])('reads %s from: %s', (fault, words) => {
    const calls = failedCalls(snapshotOf(service, backend('True'), ...replicaSet('api-1', PREFIX + words)));
    expect(calls.map((call) => [call.webhook, call.fault])).toEqual([['w.example.com', fault]]);
  });

  it('does not take the timeout in a URL without quotes for one that passed', () => {
    const words =
      'Error creating: Internal error occurred: failed calling webhook "w.example.com": Post https://guard.sys.svc:443/v?timeout=30s: service "guard" not found';
    expect(failedCalls(snapshotOf(...replicaSet('api-1', words))).map(({ fault }) => fault)).toEqual(['unavailable']);
  });

  it('calls a late answer absent when nothing behind the webhook is ready', () => {
    const calls = failedCalls(
      snapshotOf(service, backend('False'), ...replicaSet('api-1', `${PREFIX}context deadline exceeded`)),
    );
    expect(calls.map(({ fault }) => fault)).toEqual(['unavailable']);
  });

  it('forgets refusals of controllers that have their Pods, and denials', () => {
    expect(failedCalls(snapshotOf(...replicaSet('api-1', `${PREFIX}connection refused`, 1)))).toEqual([]);
    expect(
      failedCalls(snapshotOf(...replicaSet('api-1', 'admission webhook "w.example.com" denied the request: no'))),
    ).toEqual([]);
  });

  it('reads refused ReplicaSets from the Deployment', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api', namespace: 'shop' },
      status: {
        conditions: [
          {
            type: 'Progressing',
            status: 'False',
            reason: 'ReplicaSetCreateError',
            message: `${PREFIX}connection refused`,
          },
        ],
      },
    };
    expect(failedCalls(snapshotOf(deployment)).map(({ refused }) => refused.name)).toEqual(['api']);
  });
});

it('groups calls by webhook and names each refused object once', () => {
  const snapshot = snapshotOf(
    ...replicaSet('a', `${PREFIX}connection refused`),
    ...replicaSet('b', `${PREFIX}connection refused`),
  );
  const groups = callsByWebhook(snapshot, 'unavailable');
  expect(groups).toHaveLength(1);
  expect(refusedBy(groups[0] ?? []).map(({ name }) => name)).toEqual(['a', 'b']);
  expect(callsByWebhook(snapshot, 'tls')).toEqual([]);
});

it('names the configuration, else the Service of the URL', () => {
  const call = failedCalls(snapshotOf(...replicaSet('a', `${PREFIX}connection refused`)))[0];
  expect(serviceIn(PREFIX)).toEqual({ name: 'guard', namespace: 'sys' });
  expect(webhookSubject(undefined, call)).toEqual({
    subject: { kind: 'Service', name: 'guard', namespace: 'sys' },
    aliases: [],
  });
  const configured = snapshotOf({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'm' },
    webhooks: [{ name: 'w.example.com', clientConfig: { service: { name: 'guard', namespace: 'sys' } } }],
  });
  const named = webhookSubject(registrationOf(configured, 'w.example.com'), call);
  expect(named).toMatchObject({
    subject: { kind: 'MutatingWebhookConfiguration', name: 'm' },
    aliases: [{ kind: 'Service', name: 'guard' }],
  });
});
