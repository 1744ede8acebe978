import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type FixtureContent, type FixtureSeries, fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { checkDiagnosis } from '../../checker/diagnosis.ts';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { diagnose } from '../diagnose.ts';

interface App {
  readonly calls?: readonly string[];
  readonly replicas?: number;
  readonly volumes?: readonly object[];
}

function app(name: string, { calls = [], replicas = 1, volumes = [] }: App = {}): object[] {
  const env = calls.map((callee) => ({ name: `${callee.toUpperCase()}_ADDR`, value: `${callee}:80` }));
  const spec = { containers: [{ name: 'app', image: `${name}:1`, env }], volumes };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'shop', uid: `d-${name}` },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec },
      },
      status: { replicas, readyReplicas: replicas },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    },
  ];
}

const alert = (alertname: string, service: string): { labels: Record<string, string>; startsAt: string } => ({
  labels: { alertname, namespace: 'shop', service_name: service },
  startsAt: '2026-03-01T09:50:00Z',
});

function calls(client: string, server: string, failed: boolean): FixtureSeries[] {
  const labels = { client, server, client_k8s_namespace_name: 'shop', server_k8s_namespace_name: 'shop' };
  return [
    { name: 'traces_service_graph_request_total', labels, values: ['60 x 0 + 150'] },
    {
      name: 'traces_service_graph_request_failed_total',
      labels,
      values: failed ? ['40 x 0', '20 x 0 + 120'] : ['60 x 0'],
    },
  ];
}

function diagnosed(content: FixtureContent): Diagnosis {
  const input = fixtureInput(content);
  const diagnosis = diagnose(input, { version: '1' });
  expect(checkDiagnosis(buildSnapshot(input), diagnosis)).toEqual([]);
  return diagnosis;
}

function stepsOf(diagnosis: Diagnosis): string[] {
  return (diagnosis.causes[0]?.chain ?? []).map(
    ({ from, to, relation }) => `${from.kind} ${from.name} > ${to.kind} ${to.name} (${relation})`,
  );
}

describe('cascades', () => {
  const down = app('stock', { replicas: 0 });
  const shop = [...app('web', { calls: ['orders', 'ads'] }), ...app('orders', { calls: ['stock', 'mail'] })];

  it('follows errors from the callee that is down through every caller', () => {
    const diagnosis = diagnosed({
      objects: [...shop, ...down, ...app('ads'), ...app('mail')],
      alerts: [alert('HighErrorRate', 'orders'), alert('HighErrorRate', 'web')],
    });
    expect(diagnosis.causes[0]).toMatchObject({ category: 'zero-replicas', subject: { name: 'stock' } });
    expect(stepsOf(diagnosis)).toEqual(
      expect.arrayContaining([
        'Deployment stock > Service stock (selects)',
        'Service stock > Deployment orders (calls)',
        'Service orders > Deployment web (calls)',
      ]),
    );
    expect(diagnosis.unexplained).toEqual([]);
  });

  it('explains who gets no requests because its caller fails first', () => {
    const diagnosis = diagnosed({
      objects: [...shop, ...down, ...app('ads'), ...app('mail')],
      alerts: [alert('HighErrorRate', 'orders'), alert('NoRequestsReceived', 'mail')],
    });
    expect(stepsOf(diagnosis)).toContain('Deployment orders > Service mail (calls)');
    expect(diagnosis.causes[0]?.chain.find(({ to }) => to.name === 'mail')?.effect).toContain('gets no requests');
    expect(diagnosis.unexplained).toEqual([]);
  });

  it('leaves an alert unexplained that no effect of the cause can be', () => {
    const diagnosis = diagnosed({
      objects: [...shop, ...down, ...app('ads'), ...app('mail')],
      alerts: [alert('HighErrorRate', 'orders'), alert('HighErrorRate', 'ads')],
    });
    expect(diagnosis.unexplained).toEqual(['f1']);
  });

  it('goes by the calls that were seen to fail, not by the shortest way', () => {
    // web calls stock itself as well, but what fails are its calls to orders.
    const web = app('web', { calls: ['orders', 'stock'] });
    const diagnosis = diagnosed({
      objects: [...web, ...app('orders', { calls: ['stock'] }), ...down],
      alerts: [alert('HighErrorRate', 'orders'), alert('HighErrorRate', 'web')],
      metrics: [...calls('web', 'orders', true), ...calls('web', 'stock', false), ...calls('orders', 'stock', true)],
    });
    const steps = stepsOf(diagnosis);
    expect(steps).toContain('Service orders > Deployment web (calls)');
    expect(steps).not.toContain('Service stock > Deployment web (calls)');
  });

  it('carries what consumers lack from the sender, and no errors back to it', () => {
    const labels = {
      client: 'orders',
      server: 'ledger',
      connection_type: 'messaging_system',
      client_k8s_namespace_name: 'shop',
      server_k8s_namespace_name: 'shop',
    };
    const metrics = [{ name: 'traces_service_graph_request_total', labels, values: ['60 x 0 + 150'] }];
    const objects = [...shop, ...down, ...app('ads'), ...app('mail'), ...app('ledger')];
    const starved = diagnosed({
      objects,
      metrics,
      alerts: [alert('HighErrorRate', 'orders'), alert('NoRequestsReceived', 'ledger')],
    });
    expect(stepsOf(starved)).toContain('Deployment orders > Deployment ledger (fed-by)');
    const broken = diagnosed({
      objects: [...shop, ...app('stock'), ...app('ads'), ...app('mail'), ...app('ledger', { replicas: 0 })],
      metrics,
      alerts: [alert('KubeDeploymentReplicasMismatch', 'ledger'), alert('HighErrorRate', 'orders')],
    });
    expect(broken.unexplained).toEqual(['f1']);
  });
});

describe('missing objects', () => {
  it('are where the chain begins', () => {
    const volumes = [{ name: 'settings', configMap: { name: 'api-settings' } }];
    const [deployment, service] = app('api', { volumes });
    const owned = (kind: string, name: string): object[] => [{ kind, name, controller: true }];
    const diagnosis = diagnosed({
      objects: [
        { ...deployment, status: { replicas: 1, readyReplicas: 0 } },
        service,
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          metadata: { name: 'api-1', namespace: 'shop', ownerReferences: owned('Deployment', 'api') },
        },
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            name: 'api-1-x',
            namespace: 'shop',
            labels: { app: 'api' },
            ownerReferences: owned('ReplicaSet', 'api-1'),
          },
          spec: { nodeName: 'w1', containers: [{ name: 'app', image: 'api:1' }], volumes },
          status: {
            phase: 'Pending',
            containerStatuses: [{ name: 'app', ready: false, state: { waiting: { reason: 'ContainerCreating' } } }],
          },
        },
        {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: 'e1', namespace: 'shop' },
          involvedObject: { kind: 'Pod', namespace: 'shop', name: 'api-1-x' },
          type: 'Warning',
          reason: 'FailedMount',
          message: 'MountVolume.SetUp failed for volume "settings" : configmap "api-settings" not found',
          lastTimestamp: '2026-03-01T09:59:00Z',
        },
        ...app('web', { calls: ['api'] }),
      ],
      alerts: [
        { labels: { alertname: 'KubeDeploymentReplicasMismatch', namespace: 'shop', deployment: 'api' } },
        alert('HighErrorRate', 'web'),
      ],
      listed: ['ConfigMap'],
    });
    expect(diagnosis.causes[0]).toMatchObject({ category: 'configmap-missing', subject: { name: 'api' } });
    expect(stepsOf(diagnosis)[0]).toBe('ConfigMap api-settings > Deployment api (mounts)');
    expect(diagnosis.unexplained).toEqual([]);
  });
});

describe('changed settings', () => {
  it('reach who is named as affected through the server that hands them out', () => {
    const flags = (variant: string): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'flag-file', namespace: 'shop' },
      data: {
        'flags.json': JSON.stringify({
          flags: { adFailure: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: variant } },
        }),
      },
    });
    const volumes = [{ name: 'flags', configMap: { name: 'flag-file' } }];
    const diagnosis = diagnosed({
      objects: [
        flags('on'),
        ...app('flags', { volumes }),
        ...app('ad', { calls: ['flags'] }),
        ...app('web', { calls: ['ad', 'flags'] }),
      ],
      journal: [
        { observedAt: '2026-03-01T08:00:00Z', type: 'ADDED', object: flags('off') },
        { observedAt: '2026-03-01T09:46:00Z', type: 'MODIFIED', object: flags('on') },
      ],
      alerts: [alert('HighErrorRate', 'ad'), alert('HighErrorRate', 'web')],
    });
    const steps = stepsOf(diagnosis);
    expect(diagnosis.causes[0]).toMatchObject({ category: 'feature-flag' });
    expect(steps).toContain('Service flags > Deployment ad (calls)');
    expect(steps).toContain('Service ad > Deployment web (calls)');
    expect(steps).not.toContain('Service flags > Deployment web (calls)');
  });
});
