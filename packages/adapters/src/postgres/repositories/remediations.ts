import type {
  RemediationRepository,
  RemediationRow,
  RemediationStep,
} from '@headwater/engine/ports/store/remediations.ts';
import type { Kysely, Selectable } from 'kysely';
import type { Database, RemediationTable } from '../schema.ts';
import { json, moment } from '../values.ts';

export function remediationsRepository(db: Kysely<Database>): RemediationRepository {
  return {
    async insert(row) {
      const inserted = await db
        .insertInto('remediation')
        .values({
          id: row.id,
          incident_id: row.incidentId,
          plan: json(row.plan),
          plan_hash: row.planHash,
          status: row.status,
          proposed_by: json(row.proposedBy),
          proposed_at: new Date(row.proposedAt),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return inserted.numInsertedOrUpdatedRows === 1n;
    },

    async get(id) {
      const row = await db.selectFrom('remediation').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? asRow(row) : null;
    },

    async list(incidentId) {
      const rows = await db
        .selectFrom('remediation')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id', 'desc')
        .execute();
      return rows.map(asRow);
    },

    async move(id, step) {
      const { numUpdatedRows } = await db
        .updateTable('remediation')
        .set({ status: step.to, ...stepColumns(step) })
        .where('id', '=', id)
        .where('status', '=', step.from)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async abandon(startedBefore, now) {
      const { numUpdatedRows } = await db
        .updateTable('remediation')
        .set({
          status: 'unknown',
          finished_at: new Date(now),
          outcome: 'the process ended while this ran; look at the target before anything else',
        })
        .where('status', '=', 'executing')
        .where('started_at', '<', moment(startedBefore))
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
  };
}

function stepColumns({ to, by, outcome, now }: RemediationStep) {
  const at = new Date(now);
  if (to === 'approved') return { approved_by: by ? json(by) : null, approved_at: at };
  if (to === 'executing') return { executed_by: by ? json(by) : null, started_at: at };
  return { finished_at: at, outcome: outcome ?? null };
}

function asRow(row: Selectable<RemediationTable>): RemediationRow {
  return {
    id: row.id,
    incidentId: row.incident_id,
    plan: row.plan,
    planHash: row.plan_hash,
    status: row.status,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at,
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    executedBy: row.executed_by,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    outcome: row.outcome,
  };
}
