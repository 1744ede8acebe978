import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { systemActor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { seedIncident } from '@headwater/testkit/postgres/seed-incident.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeCluster, linesThen } from '../collect/test-cluster.ts';
import type { VerbContext } from '../context.ts';
import type { ClusterReader } from '../ports/cluster.ts';
import type { Clusters } from '../ports/clusters.ts';
import { silentLog } from '../ports/log.ts';
import { diagnoseIncident } from './diagnose-incident.ts';
import { requestDiagnosis } from './request-diagnosis.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const PASSWORD = 'correct-horse-battery';

const DOWN: Alert = {
  fingerprint: 'f1',
  status: 'firing',
  labels: { alertname: 'KubeDeploymentReplicasMismatch', namespace: 'shop', deployment: 'api' },
  annotations: {},
  startsAt: NOW - 300_000,
  endsAt: null,
};

function deployment(replicas: number): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api', namespace: 'shop', uid: 'd-api' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'api' } },
      template: {
        metadata: { labels: { app: 'api' } },
        spec: { containers: [{ name: 'app', image: 'api:1', env: [{ name: 'DB_PASSWORD', value: PASSWORD }] }] },
      },
    },
    status: { replicas, readyReplicas: replicas },
  };
}

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'api', namespace: 'shop' },
  spec: { selector: { app: 'api' }, ports: [{ port: 80 }] },
};

describe('diagnosing an incident', () => {
  const database = useDatabase('18');
  let ids = 0;
  let replicas = 0;
  let objects: readonly KubeObject[] = [];
  let cluster: ClusterReader | AppError;
  beforeEach(async () => {
    await database().pool.query('truncate incident, alert, event cascade');
    replicas = 0;
    objects = [];
    cluster = fakeCluster({
      served: ['Deployment', 'Pod', 'Event', 'Service'].map((kind) => ({
        apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
        kind,
        plural: `${kind.toLowerCase()}s`,
        namespaced: true,
        verbs: ['list'],
      })),
      list: ({ resource }) => ({
        state: 'read',
        objects: [deployment(replicas), SERVICE, ...objects].filter(({ kind }) => kind === resource.kind),
        cut: null,
      }),
      logs: () => ({
        state: 'read',
        lines: linesThen([`2026-03-01T09:59:00Z ERROR login failed with ${PASSWORD}`]),
      }),
    });
  });

  const context = (actor = systemActor): VerbContext => ({
    store: database().store,
    actor,
    now: () => NOW,
    newId: (prefix) => `${prefix}_${String(++ids).padStart(26, '0')}`,
    requestId: null,
    remoteAddress: null,
  });
  const clusters: Clusters = {
    names: () => ['prod'],
    get: (name) =>
      name === 'prod'
        ? {
            name,
            held: () => null,
            sources: () => (cluster instanceof AppError ? Promise.reject(cluster) : Promise.resolve({ cluster })),
          }
        : null,
  };
  const diagnose = (incidentId = 'inc_1', signal = new AbortController().signal) =>
    diagnoseIncident(
      context(),
      { incidentId, signal },
      {
        clusters,
        log: silentLog,
        runtime: { version: 'test', pause: () => Promise.resolve(), monotonic: () => performance.now() },
      },
    );
  const seed = (...alerts: Alert[]) => seedIncident(database().db, { id: 'inc_1', at: NOW, alerts });
  const stored = () =>
    database().db.selectFrom('incident').selectAll().where('id', '=', 'inc_1').executeTakeFirstOrThrow();

  it('writes the analysis, its evidence, the incident and one event', async () => {
    await seed(DOWN);
    expect(await diagnose()).toEqual({ state: 'written', revision: 1 });
    expect(await stored()).toMatchObject({
      verdict: 'cause',
      cause_category: 'zero-replicas',
      title: 'Deployment shop/api: zero replicas',
      title_by: 'diagnosis',
      diagnosis_state: 'done',
      version: 2,
    });
    const { diagnoses, evidence, events } = database().store;
    const made = await diagnoses.newest('inc_1');
    expect(made).toMatchObject({ phase: 'firing', revision: 1, delta: null, requestedBy: null });
    const kept = await evidence.list({ incidentId: 'inc_1', limit: 200 });
    const ids = new Set(kept.map(({ id }) => id));
    expect(Object.keys(made?.body.evidence ?? {}).filter((id) => !ids.has(id))).toEqual([]);
    expect(kept.map(({ kind }) => kind)).toContain('object');
    expect(await events.after(0, 10)).toMatchObject([
      {
        kind: 'incident.diagnosed',
        incidentId: 'inc_1',
        namespaces: ['shop'],
        payload: { revision: 1, verdict: 'cause' },
      },
    ]);
  });

  it('writes nothing when it comes to the same again, and anew when alerts or objects changed', async () => {
    await seed(DOWN);
    await diagnose();
    expect(await diagnose()).toEqual({ state: 'unchanged' });
    expect((await database().store.events.after(0, 10)).length).toBe(1);
    await seed({ ...DOWN, fingerprint: 'f2', labels: { ...DOWN.labels, alertname: 'ServiceDown' } });
    expect(await diagnose()).toEqual({ state: 'written', revision: 2 });
  });

  it('compares the resolved analysis with the firing one and leaves the cause on the incident', async () => {
    await seed(DOWN);
    await diagnose();
    replicas = 2;
    await seed({ ...DOWN, status: 'resolved', endsAt: NOW });
    expect(await diagnose()).toEqual({ state: 'written', revision: 2 });
    const resolved = await database().store.diagnoses.newest('inc_1', 'resolved');
    expect(resolved?.delta).toMatchObject({ previousRevision: 1, verdict: { before: 'cause' } });
    expect(resolved?.delta?.causes.removed).toHaveLength(1);
    expect(resolved?.delta?.noLongerTrue.map(({ was }) => was).join()).toContain('spec.replicas = 0');
    expect(await stored()).toMatchObject({ verdict: 'cause', cause_category: 'zero-replicas' });
  });

  it('keeps a title a person gave', async () => {
    await seed(DOWN);
    await database().db.updateTable('incident').set({ title: 'Mine', title_by: 'person' }).execute();
    await diagnose();
    expect(await stored()).toMatchObject({ title: 'Mine', title_by: 'person', verdict: 'cause' });
  });

  it('says what it could not see when the cluster is away or unknown', async () => {
    cluster = new AppError('unavailable', 'connection refused');
    await seed(DOWN);
    await seedIncident(database().db, { id: 'inc_2', cluster: 'elsewhere', at: NOW, alerts: [DOWN] });
    expect(await diagnose()).toMatchObject({ state: 'written' });
    expect(await diagnose('inc_2')).toMatchObject({ state: 'written' });
    const [away, unknown] = await Promise.all(['inc_1', 'inc_2'].map((id) => database().store.diagnoses.newest(id)));
    expect(away).toMatchObject({ verdict: 'insufficient-evidence' });
    expect(JSON.stringify(away?.body.gaps)).toContain('connection refused');
    expect(JSON.stringify(unknown?.body.gaps)).toContain('elsewhere is not configured here; only prod is');
    expect(await stored()).toMatchObject({ diagnosis_state: 'done', title: DOWN.labels['alertname'] });
  });

  it('keeps no credential that an object shows, wherever it turns up', async () => {
    replicas = 1;
    objects = [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'api-0', namespace: 'shop', labels: { app: 'api' } },
        spec: { containers: [{ name: 'app', env: [{ name: 'DB_PASSWORD', value: PASSWORD }] }] },
        status: {
          phase: 'Running',
          containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { running: {} } }],
        },
      },
    ];
    await seed(DOWN);
    await diagnose();
    const { rows } = await database().pool.query<{ text: string }>(
      `select coalesce(string_agg(e::text, ' '), '') || (select coalesce(string_agg(d::text, ' '), '') from diagnosis d) as text from evidence e`,
    );
    expect(rows[0]?.text).toContain('login failed with');
    expect(rows[0]?.text).not.toContain(PASSWORD);
  });

  it('skips what is gone, merged, or has no alerts, and leaves a run that was handed back as running', async () => {
    expect(await diagnose('inc_none')).toMatchObject({ state: 'skipped', reason: 'no such incident' });
    await seed(DOWN);
    await seedIncident(database().db, { id: 'inc_2', at: NOW, alerts: [] });
    expect(await diagnose('inc_2')).toMatchObject({ reason: 'no alerts' });
    await expect(diagnose('inc_1', AbortSignal.abort())).rejects.toThrow();
    expect(await stored()).toMatchObject({ diagnosis_state: 'running' });
    await database().db.updateTable('incident').set({ merged_into: 'inc_2' }).where('id', '=', 'inc_1').execute();
    expect(await diagnose()).toMatchObject({ reason: 'merged into another' });
  });

  it('runs twice at once without writing twice', async () => {
    await seed(DOWN);
    const outcomes = await Promise.all([diagnose(), diagnose()]);
    expect(outcomes.map(({ state }) => state).sort()).toEqual(['unchanged', 'written']);
  });

  it('is asked for by those who may change incidents, once at a time, with an audit row', async () => {
    await seed(DOWN);
    const person = (role: 'viewer' | 'responder', namespace: string) =>
      context({ kind: 'user', id: 'usr_1', name: 'ada', bindings: [{ role, cluster: 'prod', namespace }] });
    await expect(requestDiagnosis(person('viewer', 'shop'), 'inc_1')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(requestDiagnosis(person('responder', 'other'), 'inc_1')).rejects.toMatchObject({ code: 'not_found' });
    await expect(requestDiagnosis(person('responder', 'shop'), 'inc_none')).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await requestDiagnosis(person('responder', 'shop'), 'inc_1')).toEqual({ queued: true });
    expect(await requestDiagnosis(person('responder', 'shop'), 'inc_1')).toEqual({ queued: false });
    const audit = await database().db.selectFrom('audit').selectAll().execute();
    expect(audit).toMatchObject([
      { action: 'incident.analyze', actor_name: 'ada', target_id: 'inc_1', namespaces: ['shop'] },
      { action: 'incident.analyze' },
    ]);
  });
});
