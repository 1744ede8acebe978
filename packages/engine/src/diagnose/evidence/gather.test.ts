import { scrubber } from '@headwater/core/masking/scrub.ts';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import type { SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { type FixtureContent, fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { gatherEvidence } from './gather.ts';
import { neighbourhood } from './neighbourhood.ts';

const app = { app: 'api' };
const template = { metadata: { labels: app }, spec: { containers: [{ name: 'app', image: 'api:1' }] } };
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'api-1',
    namespace: 'shop',
    labels: app,
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', controller: true }],
    managedFields: [{ manager: 'kubectl' }],
  },
  spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'api:1' }] },
  status: {
    phase: 'Running',
    containerStatuses: [{ name: 'app', ready: true, restartCount: 0, state: { running: {} } }],
  },
};
const WORLD: FixtureContent = {
  objects: [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api', namespace: 'shop' },
      spec: { replicas: 0, selector: { matchLabels: app }, template },
      status: { replicas: 0 },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'api', namespace: 'shop' },
      spec: { selector: app, ports: [{ port: 80 }] },
    },
    pod,
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'unrelated', namespace: 'bank' }, data: { a: 'b' } },
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e1', namespace: 'shop' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'old',
      lastTimestamp: '2026-03-01T09:00:00Z',
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'api-1' },
    },
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e2', namespace: 'shop' },
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: 'new',
      lastTimestamp: '2026-03-01T09:50:00Z',
      involvedObject: { kind: 'Deployment', namespace: 'shop', name: 'api' },
    },
  ],
  logs: { 'shop/api-1/app': '2026-03-01T09:59:00Z ERROR password=hunter22x refused\n2026-03-01T09:59:01Z ERROR again' },
  metrics: [
    { name: 'container_memory_working_set_bytes', labels: { namespace: 'shop', pod: 'api-1' }, values: ['90 x 5'] },
    { name: 'container_memory_working_set_bytes', labels: { namespace: 'bank', pod: 'api-1' }, values: [1] },
    { name: 'up', labels: { job: 'kubelet' }, values: [1] },
  ],
  traces: [
    { traceId: 't1', service: 'api', name: 'GET /', durationMs: 50, error: true, at: '2026-03-01T09:59:00Z' },
    { traceId: 't2', service: 'api', name: 'GET /slow', durationMs: 5_000, at: '2026-03-01T09:58:00Z' },
  ],
  alerts: [{ labels: { alertname: 'KubeDeploymentReplicasMismatch', namespace: 'shop', deployment: 'api' } }],
};

function gathered(content: FixtureContent, scrub = scrubber(new Set<string>())) {
  const input: SnapshotInput = fixtureInput(content);
  const snapshot = buildSnapshot(input);
  const diagnosis = diagnoseSnapshot(snapshot, { version: 'test' });
  return {
    diagnosis,
    rows: gatherEvidence({ snapshot, input, diagnosis, scrub }),
    near: neighbourhood(snapshot, diagnosis),
  };
}

describe('gathering evidence', () => {
  const { diagnosis, rows, near } = gathered(WORLD);
  const texts = (kind: string) => rows.filter((row) => row.kind === kind).map(({ text }) => text);

  it('keeps everything the diagnosis cites under the very ids it cites', () => {
    expect(diagnosis.verdict).toBe('cause');
    const ids = new Set(rows.map(({ id }) => id));
    expect(Object.keys(diagnosis.evidence).filter((id) => !ids.has(id))).toEqual([]);
    expect(rows.length).toBe(ids.size);
  });

  it('keeps the objects around its subjects, and nothing of strangers', () => {
    expect(texts('object')).toEqual(
      expect.arrayContaining(['Deployment shop/api', 'Service shop/api', 'Pod shop/api-1', 'Node node-1']),
    );
    expect(texts('object').join()).not.toContain('unrelated');
    expect(near.map(({ name }) => name)).not.toContain('unrelated');
    const kept = rows.find(({ text }) => text === 'Pod shop/api-1');
    expect(JSON.stringify(kept?.content)).not.toContain('managedFields');
  });

  it('keeps Events newest first, logs with the lines that were read, series with their selector, and traces that failed first', () => {
    expect(texts('event').map((text) => text.split(': ').at(-1))).toEqual(['new', 'old']);
    const [log] = rows.filter(({ kind }) => kind === 'log-excerpt');
    expect(log).toMatchObject({ namespace: 'shop', redacted: true, observedAt: Date.parse('2026-03-01T09:59:01Z') });
    expect(JSON.stringify(log?.content)).not.toContain('hunter22x');
    expect(texts('series')).toEqual(['container_memory_working_set_bytes{namespace="shop",pod="api-1"}']);
    expect(texts('trace').map((text) => text.split(':')[0])).toEqual(['Trace of api GET /', 'Trace of api GET /slow']);
  });

  it('replaces a known value wherever it stands, and says so', () => {
    const { rows: safe } = gathered(WORLD, scrubber(new Set(['again'])));
    const log = safe.find(({ kind }) => kind === 'log-excerpt');
    expect(JSON.stringify(log?.content)).toContain('[masked:known-value]');
    expect(safe.find(({ text }) => text === 'Node node-1')?.redacted).toBe(false);
  });

  it('gives equal content equal ids and cuts what is too big', () => {
    expect(gathered(WORLD).rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    const huge = { ...pod, metadata: { ...pod.metadata, annotations: { note: 'x'.repeat(100_000) } } };
    const objects = (WORLD.objects ?? []).map((object) => (object === pod ? huge : object));
    const cut = gathered({ ...WORLD, objects }).rows.find(({ text }) => text === 'Pod shop/api-1');
    expect(cut?.content).toMatchObject({ characters: expect.any(Number) });
    expect(JSON.stringify(cut?.content).length).toBeLessThan(60_000);
  });
});
