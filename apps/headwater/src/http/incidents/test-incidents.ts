import { DIAGNOSIS_SCHEMA, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Actor } from '@headwater/core/access/actor.ts';
import { openScene, person, type Scene, T } from '@headwater/engine/correlate/test-correlation.ts';
import { testAlert } from '@headwater/engine/intake/test-signals.ts';
import type { TestDatabase } from '@headwater/testkit/postgres/database.ts';
import type { FastifyInstance } from 'fastify';
import { alertRoutes } from '../alerts/routes.ts';
import { embeddingRoutes } from '../embeddings/routes.ts';
import { testServer } from '../test-server.ts';
import { incidentRoutes } from './routes.ts';

export { T };

export const OWN_EVIDENCE = 'ev_aaaaaaaaaaaaaaaaaaaa';
export const FOREIGN_EVIDENCE = 'ev_bbbbbbbbbbbbbbbbbbbb';

/** Two incidents of cluster `prod`: #1 in `shop` with two alerts, #2 in `bank` with one. */
export interface IncidentScene extends Scene {
  readonly shop: string;
  readonly bank: string;
  /** The server as someone sees it. */
  as(actor: Actor): Promise<FastifyInstance>;
  /** Writes a diagnosis of #1 whose cause lies in `bank`, with evidence of both namespaces. */
  diagnose(): Promise<void>;
}

export const kim = person('responder');

export async function openIncidents(database: TestDatabase): Promise<IncidentScene> {
  await database.pool.query('truncate comment, vote, idempotency_key, recall_document');
  const scene = await openScene(database);
  const cart = { namespace: 'shop', deployment: 'cart' };
  const ledger = { namespace: 'bank', deployment: 'ledger', severity: 'critical' };
  await scene.deliver(
    testAlert({ ...cart, alertname: 'PodDown' }, { startsAt: T - 60_000 }),
    testAlert({ ...cart, alertname: 'SlowAnswers' }, { startsAt: T - 50_000 }),
    testAlert({ ...ledger, alertname: 'QueueFull' }, { startsAt: T - 40_000 }),
  );
  const [first, second] = await scene.incidents();
  if (!first || !second) throw new Error('expected two incidents');
  const [shop, bank] = first.namespaces.includes('shop') ? [first.id, second.id] : [second.id, first.id];
  return Object.assign(scene, {
    shop,
    bank,
    as: (actor: Actor) =>
      testServer({
        routes: [...incidentRoutes, ...alertRoutes, ...embeddingRoutes],
        store: database.store,
        actor,
        now: () => scene.now,
        newId: (prefix) => scene.ctx().newId(prefix),
      }),
    diagnose: () => writeDiagnosis(database, shop),
  });
}

async function writeDiagnosis({ store }: TestDatabase, incidentId: string): Promise<void> {
  const body = foreignCause();
  await store.transaction(async (tx) => {
    const revision = ((await tx.diagnoses.newest(incidentId))?.revision ?? 0) + 1;
    const id = `dia_${String(revision).padStart(26, '0')}`;
    await tx.diagnoses.insert({
      id,
      incidentId,
      revision,
      phase: 'firing',
      verdict: body.verdict,
      summary: body.summary,
      inputHash: `in_${revision}`,
      body,
      delta: null,
      requestedBy: null,
      milliseconds: 12,
      createdAt: T,
    });
    await tx.diagnoses.putOnIncident(incidentId, {
      diagnosisId: id,
      verdict: body.verdict,
      cause: body.causes[0]?.statement ?? null,
      causeCategory: body.causes[0]?.category ?? null,
      confidence: 'high',
      analysisSummary: body.summary,
      title: null,
      at: T,
    });
    await tx.evidence.add(
      Object.entries(body.evidence).map(([evidenceId, item]) => ({
        incidentId,
        id: evidenceId,
        kind: item.kind,
        source: item.source,
        subject: item.subject ?? null,
        namespace: item.subject?.namespace ?? null,
        observedAt: T,
        collectedAt: T,
        text: item.text,
        query: item.query,
        redacted: false,
        content: { lines: [item.text] },
      })),
    );
  });
}

function foreignCause(): Diagnosis {
  const ledger = { kind: 'Deployment', namespace: 'bank', name: 'ledger' };
  const cart = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
  return Diagnosis.parse({
    schema: DIAGNOSIS_SCHEMA,
    verdict: 'cause',
    summary: 'cart waits for bank/ledger, which was killed for memory',
    onset: null,
    causes: [
      {
        subject: ledger,
        aliases: [],
        category: 'oom-killed',
        statement: 'Deployment bank/ledger was killed for memory',
        confidence: { band: 'high', score: 0.9, basis: 'an Event says so' },
        actor: null,
        change: null,
        chain: [],
        supports: [FOREIGN_EVIDENCE],
        contradicts: [],
        findings: [],
      },
    ],
    symptoms: [{ subject: cart, statement: 'cart answers 500', evidence: [OWN_EVIDENCE] }],
    unexplained: [],
    ruledOut: [],
    gaps: [],
    changes: [],
    evidence: {
      [OWN_EVIDENCE]: { kind: 'log', source: 'pod logs', subject: cart, text: 'HTTP 500', query: 'q', redacted: false },
      [FOREIGN_EVIDENCE]: {
        kind: 'event',
        source: 'api server',
        subject: ledger,
        text: 'OOMKilled ledger-secret',
        query: 'q',
        redacted: false,
      },
    },
    remediation: [],
    engine: { version: '0', ms: 1, objects: 1, analyzers: 1 },
  });
}
