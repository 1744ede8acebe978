import { DIAGNOSIS_SCHEMA, type Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { DiagnosisRow } from '@headwater/engine/ports/store/diagnoses.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';

const NOW = Date.parse('2026-03-01T10:00:00Z');

const BODY: Diagnosis = {
  schema: DIAGNOSIS_SCHEMA,
  verdict: 'no-fault',
  summary: 'all is well',
  onset: null,
  causes: [],
  symptoms: [],
  unexplained: [],
  ruledOut: [],
  gaps: [],
  changes: [],
  evidence: {},
  remediation: [],
  engine: { version: '1', ms: 1, objects: 0, analyzers: 0 },
};

function row(revision: number, changes: Partial<DiagnosisRow> = {}): DiagnosisRow {
  return {
    id: `dia_${revision}`,
    incidentId: 'inc_1',
    revision,
    phase: 'firing',
    verdict: 'no-fault',
    summary: 'all is well',
    inputHash: `in_${revision}`,
    body: BODY,
    delta: null,
    requestedBy: null,
    milliseconds: 12,
    createdAt: NOW,
    ...changes,
  };
}

describe.each(ENGINES)('diagnoses on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const diagnoses = () => database().store.diagnoses;

  beforeEach(async () => {
    const { db, pool } = database();
    await pool.query('truncate incident, alert cascade');
    await db
      .insertInto('incident')
      .values({
        id: 'inc_1',
        cluster: 'prod',
        namespaces: ['shop'],
        title: 'PodDown',
        severity: 'critical',
        status: 'open',
        started_at: new Date(NOW),
        created_at: new Date(NOW),
        updated_at: new Date(NOW),
      })
      .execute();
  });

  async function episode(alert: string, minute: number, status: 'firing' | 'resolved'): Promise<void> {
    const { db } = database();
    await db
      .insertInto('alert')
      .values({
        id: alert,
        cluster: 'prod',
        fingerprint: `fp-${alert}`,
        source: 'alertmanager',
        name: 'PodDown',
        severity: 'critical',
        namespace: 'shop',
        labels: JSON.stringify({ alertname: 'PodDown', pod: alert }),
        annotations: '{}',
        subject_state: 'unresolved',
        status,
        first_seen_at: new Date(NOW),
        last_seen_at: new Date(NOW),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    const start = NOW + minute * 60_000;
    await db
      .insertInto('alert_episode')
      .values({
        id: `${alert}-${minute}`,
        alert_id: alert,
        starts_at: new Date(start),
        ends_at: status === 'resolved' ? new Date(start + 30_000) : null,
        status,
        received_at: new Date(start),
        incident_id: 'inc_1',
      })
      .execute();
  }

  it('gives revisions by number, phase and newest', async () => {
    await diagnoses().insert(row(1));
    await diagnoses().insert(row(2, { phase: 'resolved', requestedBy: 'ada' }));
    expect(await diagnoses().newest('inc_1')).toEqual(row(2, { phase: 'resolved', requestedBy: 'ada' }));
    expect(await diagnoses().newest('inc_1', 'firing')).toEqual(row(1));
    expect(await diagnoses().at('inc_1', 1)).toEqual(row(1));
    expect(await diagnoses().at('inc_1', 9)).toBeNull();
    expect((await diagnoses().list('inc_1')).map(({ revision }) => revision)).toEqual([2, 1]);
    expect(await diagnoses().newest('inc_2')).toBeNull();
  });

  it('refuses a revision twice', async () => {
    await diagnoses().insert(row(1));
    await expect(diagnoses().insert(row(1, { id: 'dia_other' }))).rejects.toThrow();
  });

  it('takes the latest episode of each alert, oldest first', async () => {
    await episode('b', 0, 'resolved');
    await episode('b', 5, 'firing');
    await episode('a', 2, 'resolved');
    expect(await diagnoses().alerts('inc_1')).toMatchObject([
      { fingerprint: 'fp-a', status: 'resolved', startsAt: NOW + 120_000, endsAt: NOW + 150_000 },
      { fingerprint: 'fp-b', status: 'firing', startsAt: NOW + 300_000, endsAt: null, labels: { pod: 'b' } },
    ]);
    expect(await diagnoses().alerts('inc_2')).toEqual([]);
  });

  it('puts an outcome on the incident, keeping a title it does not change', async () => {
    const outcome = {
      diagnosisId: 'dia_1',
      verdict: 'cause',
      cause: 'memory\u0000 limit',
      causeCategory: 'oom-killed',
      confidence: 'high',
      analysisSummary: 'killed',
      title: null,
      at: NOW + 1,
    } as const;
    await diagnoses().putOnIncident('inc_1', outcome);
    expect(await diagnoses().incident('inc_1')).toMatchObject({ title: 'PodDown', titleBy: 'alerts', version: 2 });
    await diagnoses().putOnIncident('inc_1', { ...outcome, title: 'Deployment shop/web: OOM killed' });
    expect(await diagnoses().incident('inc_1')).toMatchObject({
      title: 'Deployment shop/web: OOM killed',
      titleBy: 'diagnosis',
      version: 3,
    });
    const stored = await database().db.selectFrom('incident').selectAll().executeTakeFirstOrThrow();
    expect(stored).toMatchObject({
      cause: 'memory\ufffd limit',
      verdict: 'cause',
      diagnosis_id: 'dia_1',
      updated_at: NOW + 1,
    });
  });

  it('tells how far the diagnosis is without a new version', async () => {
    await diagnoses().setState('inc_1', 'running');
    expect(await diagnoses().incident('inc_1')).toMatchObject({ diagnosisState: 'running', version: 1 });
  });

  it('lets one transaction wait for the other at an incident', async () => {
    const order: string[] = [];
    const held = Promise.withResolvers<void>();
    const first = database().store.transaction(async (tx) => {
      await tx.diagnoses.lockIncident('inc_1');
      held.resolve();
      await new Promise((resolve) => setTimeout(resolve, 60));
      order.push('first');
    });
    await held.promise;
    await database().store.transaction(async (tx) => {
      await tx.diagnoses.lockIncident('inc_1');
      order.push('second');
    });
    await first;
    expect(order).toEqual(['first', 'second']);
    expect(await diagnoses().lockIncident('inc_none')).toBeNull();
  });
});
