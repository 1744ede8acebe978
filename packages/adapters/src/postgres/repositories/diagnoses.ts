import type { DiagnosisDelta } from '@headwater/contracts/diagnosis/delta.ts';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type {
  DiagnosedIncident,
  DiagnosesRepository,
  DiagnosisHead,
  DiagnosisRow,
} from '@headwater/engine/ports/store/diagnoses.ts';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database, DiagnosisTable } from '../schema.ts';
import { json, plainText } from '../values.ts';

/** Analyses in PostgreSQL, and what they leave on their incident. */
export function diagnosesRepository(db: Kysely<Database>): DiagnosesRepository {
  const newest = (incidentId: string) =>
    db.selectFrom('diagnosis').selectAll().where('incident_id', '=', incidentId).orderBy('revision', 'desc').limit(1);
  return {
    async insert(row) {
      await db.insertInto('diagnosis').values(columnsOf(row)).execute();
    },
    async newest(incidentId, phase) {
      const query = phase ? newest(incidentId).where('phase', '=', phase) : newest(incidentId);
      const row = await query.executeTakeFirst();
      return row ? rowOf(row) : null;
    },
    async at(incidentId, revision) {
      const row = await newest(incidentId).where('revision', '=', revision).executeTakeFirst();
      return row ? rowOf(row) : null;
    },
    async list(incidentId) {
      const rows = await db
        .selectFrom('diagnosis')
        .select(HEAD)
        .where('incident_id', '=', incidentId)
        .orderBy('revision', 'desc')
        .execute();
      return rows.map(headOf);
    },
    incident: (id) => incident(db, id, false),
    lockIncident: (id) => incident(db, id, true),
    alerts: (incidentId) => alertsOf(db, incidentId),
    async putOnIncident(incidentId, outcome) {
      await db
        .updateTable('incident')
        .set({
          diagnosis_id: outcome.diagnosisId,
          verdict: outcome.verdict,
          cause: outcome.cause === null ? null : plainText(outcome.cause),
          cause_category: outcome.causeCategory,
          confidence: outcome.confidence,
          analysis_summary: plainText(outcome.analysisSummary),
          ...(outcome.title === null ? {} : { title: plainText(outcome.title), title_by: 'diagnosis' as const }),
          updated_at: new Date(outcome.at),
          version: sql<number>`version + 1`,
        })
        .where('id', '=', incidentId)
        .execute();
    },
    async setState(incidentId, state) {
      await db
        .updateTable('incident')
        .set({ diagnosis_state: state })
        .where('id', '=', incidentId)
        .where('diagnosis_state', '<>', state)
        .execute();
    },
  };
}

const HEAD = [
  'id',
  'incident_id',
  'revision',
  'phase',
  'verdict',
  'summary',
  'requested_by',
  'milliseconds',
  'created_at',
] as const;

async function incident(db: Kysely<Database>, id: string, hold: boolean): Promise<DiagnosedIncident | null> {
  const query = db
    .selectFrom('incident')
    .select([
      'id',
      'cluster',
      'namespaces',
      'title',
      'title_by as titleBy',
      'merged_into as mergedInto',
      'diagnosis_state as diagnosisState',
      'version',
    ])
    .where('id', '=', id);
  return (await (hold ? query.forUpdate() : query).executeTakeFirst()) ?? null;
}

async function alertsOf(db: Kysely<Database>, incidentId: string): Promise<Awaited<ReturnType<Alerts>>> {
  const rows = await db
    .selectFrom('alert_episode as episode')
    .innerJoin('alert', 'alert.id', 'episode.alert_id')
    .distinctOn('episode.alert_id')
    .select([
      'alert.fingerprint',
      'alert.labels',
      'alert.annotations',
      'alert.generator_url as generatorUrl',
      'episode.status',
      'episode.starts_at as startsAt',
      'episode.ends_at as endsAt',
    ])
    .where('episode.incident_id', '=', incidentId)
    .orderBy('episode.alert_id')
    .orderBy('episode.starts_at', 'desc')
    .execute();
  return rows
    .map(({ generatorUrl, ...row }) => ({
      ...row,
      endsAt: row.status === 'firing' ? null : row.endsAt,
      ...(generatorUrl === null ? {} : { generatorUrl }),
    }))
    .sort((left, right) => left.startsAt - right.startsAt || (left.fingerprint < right.fingerprint ? -1 : 1));
}

type Alerts = DiagnosesRepository['alerts'];

function columnsOf(row: DiagnosisRow) {
  return {
    id: row.id,
    incident_id: row.incidentId,
    revision: row.revision,
    phase: row.phase,
    verdict: row.verdict,
    summary: plainText(row.summary),
    input_hash: row.inputHash,
    body: json(row.body),
    delta: row.delta === null ? null : json(row.delta),
    requested_by: row.requestedBy,
    milliseconds: row.milliseconds,
    created_at: new Date(row.createdAt),
  };
}

function headOf(row: Pick<Selectable<DiagnosisTable>, (typeof HEAD)[number]>): DiagnosisHead {
  return {
    id: row.id,
    incidentId: row.incident_id,
    revision: row.revision,
    phase: row.phase,
    // Only this program writes the column, from a diagnosis.
    verdict: row.verdict as Diagnosis['verdict'],
    summary: row.summary,
    requestedBy: row.requested_by,
    milliseconds: row.milliseconds,
    createdAt: row.created_at,
  };
}

function rowOf(row: Selectable<DiagnosisTable>): DiagnosisRow {
  return {
    ...headOf(row),
    inputHash: row.input_hash,
    body: row.body as Diagnosis,
    delta: row.delta as DiagnosisDelta | null,
  };
}
