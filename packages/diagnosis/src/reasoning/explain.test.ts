import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../finding.ts';
import { buildSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { explainAway } from './explain.ts';
import { formHypotheses } from './hypothesis.ts';
import { withReach } from './rank.ts';

const POD_SPEC = {
  containers: [{ name: 'app' }],
  volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
};

/** Workloads that all mount one claim. */
function sharing(count: number): Snapshot {
  const names = Array.from({ length: count }, (_, index) => `w${index}`);
  return buildSnapshot(
    fixtureInput({
      objects: [
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' }, spec: {} },
        ...names.map((name) => ({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name, namespace: 'shop' },
          spec: { template: { metadata: { labels: { app: name } }, spec: POD_SPEC } },
        })),
      ],
    }),
  );
}

function finding(kind: string, name: string, category: Category, more: Partial<Finding> = {}): Finding {
  const subject = { kind, namespace: 'shop', name };
  const given = { code: 'a/b', layer: 'state', role: 'cause', strength: 0.9, statement: 'x', evidence: [] } as const;
  return { ...given, subject, category, ...more };
}

function explained(snapshot: Snapshot, findings: readonly Finding[]): Record<string, string | null> {
  const entries = explainAway(snapshot, withReach(snapshot, formHypotheses(snapshot, findings)));
  return Object.fromEntries(
    entries.map(({ hypothesis, explainedBy }) => [
      hypothesis.key.replace('/shop/', ' '),
      explainedBy?.subject.name ?? null,
    ]),
  );
}

describe('explaining away', () => {
  it('follows what depends on a cause and whom an effect blames, the most fundamental cause first', () => {
    const told = explained(sharing(2), [
      finding('PersistentVolumeClaim', 'data', 'volume-lost'),
      finding('Deployment', 'w0', 'rollout-stuck', { role: 'symptom' }),
      finding('Deployment', 'w1', 'oom-killed'),
      finding('Deployment', 'other', 'dependency-failing', {
        role: 'symptom',
        blames: [{ kind: 'Deployment', namespace: 'shop', name: 'w1' }],
      }),
      finding('Deployment', 'far', 'readiness-failing', { role: 'symptom' }),
    ]);
    expect(told).toEqual({
      'PersistentVolumeClaim data#volume-lost': null,
      'Deployment w0#rollout-stuck': 'data',
      'Deployment w1#oom-killed': null,
      'Deployment other#dependency-failing': 'w1',
      'Deployment far#readiness-failing': null,
    });
  });

  it('blames a Node under pressure for a kill, and a Node nobody hears from for none', () => {
    const snapshot = buildSnapshot(
      fixtureInput({
        objects: [
          { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } },
          {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'p', namespace: 'shop' },
            spec: { nodeName: 'n1', containers: [{ name: 'app' }] },
          },
        ],
      }),
    );
    const told = (category: Category): unknown =>
      explained(snapshot, [
        { ...finding('Node', 'n1', category, { layer: 'node' }), subject: { kind: 'Node', name: 'n1' } },
        finding('Pod', 'p', 'oom-killed'),
      ])['Pod p#oom-killed'];
    expect(told('node-memory-pressure')).toBe('n1');
    expect(told('kubelet-down')).toBeNull();
  });

  it('compares a cause only with what it can explain, however many share its surroundings', () => {
    const count = 300;
    const snapshot = sharing(count);
    let compared = 0;
    const counted = (given: Finding): Finding =>
      Object.defineProperty({ ...given }, 'blames', {
        get: () => {
          compared++;
          return [];
        },
      });
    const shared = { aliases: [{ kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }] };
    const told = explained(
      snapshot,
      Array.from({ length: count }, (_, index) => counted(finding('Deployment', `w${index}`, 'oom-killed', shared))),
    );
    expect(Object.values(told).every((by) => by === null)).toBe(true);
    expect(compared).toBeLessThan(count * 3);
  });
});
