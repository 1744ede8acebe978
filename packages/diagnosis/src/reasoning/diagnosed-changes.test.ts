import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnose.ts';

const OLD = '2026-01-01T00:00:00Z';
const ONSET = '2026-03-01T09:55:00Z';

function workload(name: string, ready: number, config?: string): object[] {
  const volumes = config ? [{ name: 'config', configMap: { name: config } }] : [];
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'shop', uid: `d-${name}`, creationTimestamp: OLD },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: 'app', image: `${name}:1` }], volumes },
        },
      },
      status: { replicas: 1, readyReplicas: ready, unavailableReplicas: 1 - ready },
    },
  ];
}

function configMap(name: string, mode: string, namespace = 'shop') {
  const metadata = { name, namespace, creationTimestamp: OLD };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { mode } };
}

/** A change of a ConfigMap at a time. */
function edit(name: string, at: string, namespace = 'shop') {
  return [
    { observedAt: OLD, type: 'ADDED', object: configMap(name, 'a', namespace) },
    { observedAt: at, type: 'MODIFIED', object: configMap(name, 'b', namespace) },
  ] as const;
}

describe('the changes of a diagnosis', () => {
  const alert = {
    labels: { alertname: 'KubeDeploymentReplicasMismatch', namespace: 'shop', deployment: 'api' },
    startsAt: ONSET,
  };
  const input = fixtureInput({
    alerts: [alert],
    objects: [
      ...workload('api', 0, 'api-config'),
      ...workload('web', 1, 'web-config'),
      configMap('api-config', 'b'),
      configMap('web-config', 'b'),
      configMap('old-config', 'b'),
      configMap('other', 'b', 'bank'),
    ],
    journal: [
      ...edit('api-config', '2026-03-01T09:40:00Z'),
      ...edit('web-config', '2026-03-01T09:39:50Z'),
      ...edit('old-config', '2026-02-28T23:00:00Z'),
      ...edit('other', '2026-03-01T09:39:55Z', 'bank'),
    ],
  });
  const { changes } = diagnose(input, { version: '1' });

  it('are ordered by what they have to do with it, not by time alone', () => {
    expect(changes.map(({ subject }) => subject?.name)).toEqual(['api-config', 'web-config', 'old-config']);
    const weights = changes.map(({ weight }) => weight ?? 0);
    expect(weights).toEqual([...weights].sort((left, right) => right - left));
    expect(weights[0]).toBeGreaterThan(0.6);
  });

  it('say how far from the symptom they were made, and how long before it began', () => {
    expect(changes.map(({ relevance }) => relevance)).toEqual([
      expect.stringMatching(/before the onset, the change the cause names$/),
      expect.stringMatching(/^10s before the onset, in the same namespace, on no path/),
      expect.stringMatching(/^10h40m before the onset, in the same namespace, on no path/),
    ]);
  });

  it('leave out what happened in a namespace that the incident does not touch', () => {
    expect(JSON.stringify(changes)).not.toContain('bank');
  });
});
