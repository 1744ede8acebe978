import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { describe, expect, it } from 'vitest';
import { emptyInput, type SnapshotInput } from '../snapshot/input.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { canSeeHealth } from './sight.ts';

const ALERT: SnapshotInput['alerts'][number] = {
  fingerprint: 'a',
  status: 'firing',
  labels: { alertname: 'HighLatency', namespace: 'shop' },
  annotations: {},
  startsAt: 0,
  endsAt: null,
};

function sees(change: Partial<SnapshotInput>): boolean {
  const { object } = parseObject({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' } });
  const all = { objects: 'present', logs: 'present', metrics: 'present', traces: 'present' } as const;
  return canSeeHealth(
    buildSnapshot({ ...emptyInput(1), objects: object ? [object] : [], sources: all, alerts: [ALERT], ...change }),
  );
}

describe('canSeeHealth', () => {
  it('takes what was read for enough, and no objects for nothing', () => {
    expect(sees({})).toBe(true);
    expect(sees({ objects: [] })).toBe(false);
  });

  it('takes no Namespace that was read for an object in it that was not', () => {
    const objects = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } },
    ].flatMap((object) => parseObject(object).object ?? []);
    const ghost = { ...ALERT, labels: { alertname: 'KubeDeploymentStuck', namespace: 'shop', deployment: 'gone' } };
    expect(sees({ objects, alerts: [ghost] })).toBe(false);
  });

  it('never reads a source that did not answer as health while an alert fires', () => {
    const closed = { objects: 'present', logs: 'present', metrics: 'unreachable', traces: 'present' } as const;
    expect(sees({ sources: closed })).toBe(false);
    expect(sees({ sources: { ...closed, metrics: 'forbidden' } })).toBe(false);
    expect(sees({ sources: closed, alerts: [] })).toBe(true);
  });

  it('needs telemetry to judge an alert about requests, and none for one about objects', () => {
    const objectsOnly = { objects: 'present', logs: 'absent', metrics: 'absent', traces: 'absent' } as const;
    expect(sees({ sources: objectsOnly })).toBe(false);
    const ofPods = { ...ALERT, labels: { alertname: 'KubePodNotReady', namespace: 'shop' } };
    expect(sees({ sources: objectsOnly, alerts: [ofPods] })).toBe(true);
  });
});
