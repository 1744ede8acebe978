import { type DiagnosisDelta, type DiagnosisPhase, diagnosisDelta } from '@headwater/contracts/diagnosis/delta.ts';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { rereadEvidence } from '@headwater/diagnosis/evidence/reread.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import type { VerbContext } from '../context.ts';
import type { Repositories } from '../ports/store.ts';
import type { DiagnosedIncident, DiagnosisRow } from '../ports/store/diagnoses.ts';
import type { DiagnoseOutcome } from './diagnose-incident.ts';
import type { EvidenceDraft } from './evidence/draft.ts';
import type { Collected } from './evidence/gather.ts';
import { inputHash, onIncident, phaseOf } from './on-incident.ts';

/** Beyond this an incident keeps what its later analyses cite and no more of what lies around. */
const MAX_ROWS = 3_000;

export interface ToRecord {
  readonly incidentId: string;
  readonly alerts: readonly Alert[];
  readonly collected: Collected;
  readonly evidence: readonly EvidenceDraft[];
  readonly requestedBy: string | null;
  readonly milliseconds: number;
}

/** Writes evidence, analysis and what it says on the incident in one transaction; nothing when the last of the phase says the same. */
export function recordDiagnosis(ctx: VerbContext, made: ToRecord): Promise<DiagnoseOutcome> {
  return ctx.store.transaction(async (tx): Promise<DiagnoseOutcome> => {
    // Two runs of one incident meet here, one after the other.
    const incident = await tx.diagnoses.lockIncident(made.incidentId);
    if (!incident) return { state: 'skipped', reason: 'no such incident' };
    if (incident.mergedInto) return { state: 'skipped', reason: 'merged into another' };
    await tx.diagnoses.setState(incident.id, 'done');
    const phase = phaseOf(made.alerts);
    const last = await tx.diagnoses.newest(incident.id);
    const hash = inputHash(made.alerts, made.collected.diagnosis);
    if (last?.phase === phase && last.inputHash === hash) return { state: 'unchanged' };
    const firing = await tx.diagnoses.newest(incident.id, 'firing');
    const row = rowOf(ctx, { made, phase, hash, last, before: phase === 'resolved' ? firing : last });
    await addEvidence(tx, { made, at: row.createdAt });
    await tx.diagnoses.insert(row);
    // Once all is well again nothing shows the cause any more: what was found while it fired stays on the incident.
    if (phase === 'firing' || !firing) await putOnIncident(tx, incident, row);
    await tx.events.append([eventOf(ctx, incident, row)]);
    return { state: 'written', revision: row.revision };
  });
}

interface RowParts {
  readonly made: ToRecord;
  readonly phase: DiagnosisPhase;
  readonly hash: string;
  readonly last: DiagnosisRow | null;
  /** The analysis this one is compared with. */
  readonly before: DiagnosisRow | null;
}

function rowOf(ctx: VerbContext, { made, phase, hash, last, before }: RowParts): DiagnosisRow {
  const { diagnosis } = made.collected;
  return {
    id: ctx.newId('dia'),
    incidentId: made.incidentId,
    revision: (last?.revision ?? 0) + 1,
    phase,
    verdict: diagnosis.verdict,
    summary: diagnosis.summary,
    inputHash: hash,
    body: diagnosis,
    delta: before ? deltaOf(before, made.collected) : null,
    requestedBy: made.requestedBy,
    milliseconds: made.milliseconds,
    createdAt: ctx.now(),
  };
}

function deltaOf(before: DiagnosisRow, { diagnosis, snapshot, scrub }: Collected): DiagnosisDelta {
  return diagnosisDelta({
    before: before.body,
    after: diagnosis,
    previousRevision: before.revision,
    reread: (evidence) => {
      const now = rereadEvidence(snapshot, evidence);
      return now === null ? null : scrub(now.text);
    },
  });
}

async function addEvidence(
  tx: Repositories,
  { made, at }: { readonly made: ToRecord; readonly at: number },
): Promise<void> {
  const full = (await tx.evidence.count(made.incidentId)) >= MAX_ROWS;
  const cited: Diagnosis['evidence'] = made.collected.diagnosis.evidence;
  const kept = full ? made.evidence.filter(({ id }) => Object.hasOwn(cited, id)) : made.evidence;
  await tx.evidence.add(kept.map((draft) => ({ ...draft, incidentId: made.incidentId, collectedAt: at })));
}

function putOnIncident(tx: Repositories, { id, titleBy }: DiagnosedIncident, row: DiagnosisRow): Promise<void> {
  return tx.diagnoses.putOnIncident(
    id,
    onIncident({ diagnosisId: row.id, diagnosis: row.body, titleBy, at: row.createdAt }),
  );
}

function eventOf(ctx: VerbContext, incident: DiagnosedIncident, row: DiagnosisRow) {
  const [cause] = row.body.causes;
  return {
    at: row.createdAt,
    kind: 'incident.diagnosed' as const,
    incidentId: incident.id,
    cluster: incident.cluster,
    namespaces: incident.namespaces,
    actor: row.requestedBy ?? ctx.actor.name,
    payload: {
      diagnosisId: row.id,
      revision: row.revision,
      phase: row.phase,
      verdict: row.verdict,
      summary: row.summary,
      category: cause?.category ?? null,
      causeNamespace: cause?.subject.namespace ?? null,
      confidence: cause?.confidence.band ?? null,
      milliseconds: row.milliseconds,
    },
  };
}
