import { resolve } from 'node:path';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Actor, Role } from '@headwater/core/access/actor.ts';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { recordingInput } from '@headwater/engine/collect/from-recording.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import type { TestDatabase } from '@headwater/testkit/postgres/database.ts';

export const NOW = Date.parse('2026-03-01T10:00:00Z');

let count = 0;

/** A context for a person with one role everywhere; the clock stands still unless another is given. */
export function contextOf(
  database: TestDatabase,
  who: { id: string; name?: string; role?: Role },
  now = NOW,
): VerbContext {
  const { id, name = id, role = 'approver' } = who;
  const actor: Actor = { kind: 'user', id, name, bindings: [{ role, cluster: '*', namespace: '*' }] };
  return {
    store: database.store,
    actor,
    now: () => now,
    newId: (prefix) => `${prefix}_${String(count++).padStart(26, '0')}`,
    requestId: null,
    remoteAddress: null,
  };
}

/** The diagnosis of a recording of ours. */
export async function diagnosisOf(recording: string): Promise<Diagnosis> {
  const source = await openRecording(resolve(import.meta.dirname, '../../../../recordings', recording));
  return diagnose(await recordingInput(source), { version: 'test' });
}

/** An incident with a diagnosis, as the worker would have left it; returns its id. */
export async function diagnosedIncident(database: TestDatabase, diagnosis: Diagnosis): Promise<string> {
  const id = `inc_${String(count++).padStart(26, '0')}`;
  const namespace = diagnosis.causes[0]?.subject.namespace;
  const at = new Date(NOW);
  await database.db
    .insertInto('incident')
    .values({
      id,
      cluster: 'prod',
      namespaces: namespace ? [namespace] : [],
      title: 'PodDown',
      severity: 'critical',
      status: 'open',
      started_at: at,
      created_at: at,
      updated_at: at,
    })
    .execute();
  await database.store.diagnoses.insert({
    id: `dia_${id}`,
    incidentId: id,
    revision: 1,
    phase: 'firing',
    verdict: diagnosis.verdict,
    summary: diagnosis.summary,
    requestedBy: null,
    milliseconds: 1,
    createdAt: NOW,
    inputHash: 'h',
    body: diagnosis,
    delta: null,
  });
  return id;
}
