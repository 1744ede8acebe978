import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import { type ActionKind, placeOfTarget, planAction, SUGGESTED_ACTIONS } from '@headwater/core/remediation/plan.ts';
import { planHash } from '@headwater/core/remediation/plan-hash.ts';
import { formatSubject, sameSubject, type Subject } from '@headwater/core/subject.ts';
import type { Cause, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { remediationPayload } from '../approve/move-remediation.ts';
import type { VerbContext } from '../context.ts';
import { audit } from '../people/audit.ts';
import type { RemediationRow } from '../ports/store/remediations.ts';
import { findIncident } from '../views/incidents.ts';
import { readableDiagnosis } from '../views/readable-diagnosis.ts';

export interface ProposeInput {
  readonly incidentId: string;
  readonly action: ActionKind;
  /** Null: the subject of the first cause. */
  readonly subject: Subject | null;
}

/** An action a diagnosis suggests, on the very subject it blames; nothing here is read out of words. */
export interface SuggestedAction {
  readonly action: ActionKind;
  readonly subject: Subject;
}

/** What Headwater could do about the causes of a diagnosis; advice it cannot carry out is left to people. */
export function suggestedActions(
  diagnosis: Pick<Diagnosis, 'causes' | 'remediation'>,
  cluster: string,
): SuggestedAction[] {
  const actions = diagnosis.remediation.flatMap(({ action }) => SUGGESTED_ACTIONS[action] ?? []);
  return diagnosis.causes
    .flatMap((cause) => actions.map((action) => ({ action, subject: cause.subject })))
    .filter(({ action, subject }) => 'plan' in planAction(action, subject, cluster));
}

/**
 * Proposes an action on an object the incident's diagnosis names. Nothing is changed in the cluster. Throws AppError `invalid` when the
 * action does not fit the object or the diagnosis does not know it, `conflict` when the same plan is on its way.
 */
export async function proposeRemediation(ctx: VerbContext, input: ProposeInput): Promise<RemediationRow> {
  const { store, actor } = ctx;
  const incident = await findIncident(ctx, input.incidentId);
  authorize(actor, 'incidents.write', { ...incident, label: `incident ${incident.id}` });
  const newest = await store.diagnoses.newest(incident.id);
  // A cause the actor may not see is withheld here as everywhere, so no plan can be made for it.
  const diagnosis = newest && readableDiagnosis(ctx, incident.cluster, newest);
  const subject = input.subject ?? diagnosis?.body.causes[0]?.subject;
  if (!diagnosis || !subject || !knows(diagnosis.body.causes, subject))
    throw new AppError('invalid', 'a plan is made for an object that the diagnosis names as a cause, and this is none');
  const planned = planAction(input.action, subject, incident.cluster);
  if ('reason' in planned) throw new AppError('invalid', planned.reason);
  const { target } = planned.plan;
  authorize(actor, 'incidents.write', { ...placeOfTarget(target), label: formatSubject(target) });
  const row: RemediationRow = {
    id: ctx.newId('rem'),
    incidentId: incident.id,
    plan: planned.plan,
    planHash: planHash(planned.plan),
    status: 'proposed',
    proposedBy: { kind: actor.kind, id: actor.id, name: actor.name },
    proposedAt: ctx.now(),
    approvedBy: null,
    approvedAt: null,
    executedBy: null,
    startedAt: null,
    finishedAt: null,
    outcome: null,
  };
  await store.transaction(async (tx) => {
    if (!(await tx.remediations.insert(row))) throw new AppError('conflict', 'the same plan is already on its way');
    const { cluster, namespaces } = incident;
    const written = { targetKind: 'remediation', targetId: row.id, cluster, namespaces };
    await audit.append(tx, ctx, { ...written, action: 'remediation.propose', after: row.plan });
    await tx.events.append([
      {
        at: ctx.now(),
        kind: 'incident.remediation',
        incidentId: incident.id,
        cluster,
        namespaces,
        actor: actor.name,
        payload: remediationPayload(row),
      },
    ]);
  });
  return row;
}

function knows(causes: readonly Cause[], subject: Subject): boolean {
  return causes.some((cause) => [cause.subject, ...cause.aliases].some((known) => sameSubject(known, subject)));
}
