import type { Actor } from '../access/actor.ts';
import { formatDuration, HOUR, type Millis, MINUTE } from '../time.ts';

/** A plan on its way to the cluster. `unknown`: the process ended while it ran, and nobody saw the outcome. */
export const REMEDIATION_STATUSES = [
  'proposed',
  'approved',
  'rejected',
  'executing',
  'executed',
  'failed',
  'unknown',
] as const;

export type RemediationStatus = (typeof REMEDIATION_STATUSES)[number];

/** Who a decision was made by; the id decides, the name is for people. */
export interface DecidedBy {
  readonly kind: Actor['kind'];
  readonly id: string;
  readonly name: string;
}

export interface RemediationState {
  readonly status: RemediationStatus;
  readonly planHash: string;
  readonly proposedBy: DecidedBy;
  readonly proposedAt: Millis;
  readonly approvedBy: DecidedBy | null;
  readonly approvedAt: Millis | null;
}

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

const PROPOSAL_LIFE = 24 * HOUR;
const APPROVAL_LIFE = 30 * MINUTE;

/** Whether this actor may approve this very plan now: a second pair of eyes, before the proposal is stale. */
export function decideApproval(
  state: RemediationState,
  { actor, hash, now }: { readonly actor: Actor; readonly hash: string; readonly now: Millis },
): Decision {
  if (state.status !== 'proposed') return no(`it is ${state.status}`);
  if (hash !== state.planHash) return no('the plan is not the one that was shown; read it again');
  if (now - state.proposedAt > PROPOSAL_LIFE)
    return no(`it was proposed more than ${formatDuration(PROPOSAL_LIFE)} ago`);
  if (isSame(state.proposedBy, actor)) return no('who proposes a plan cannot approve it');
  return { allowed: true, reason: 'a second person approves' };
}

/** Whether this actor may run the plan now. The one who approved never runs it, whatever name they go by today. */
export function decideExecution(
  state: RemediationState,
  { actor, now }: { readonly actor: Actor; readonly now: Millis },
): Decision {
  if (state.status !== 'approved' || !state.approvedBy || state.approvedAt === null) return no(`it is ${state.status}`);
  if (now - state.approvedAt > APPROVAL_LIFE)
    return no(`its approval is more than ${formatDuration(APPROVAL_LIFE)} old; propose it anew`);
  if (isSame(state.approvedBy, actor)) return no('who approved a plan cannot run it');
  return { allowed: true, reason: `approved by ${state.approvedBy.name}` };
}

/** Whether this actor may turn the plan down. */
export function decideRejection(state: RemediationState): Decision {
  return state.status === 'proposed' || state.status === 'approved'
    ? { allowed: true, reason: 'not run yet' }
    : no(`it is ${state.status}`);
}

function isSame(by: DecidedBy, actor: Actor): boolean {
  return by.kind === actor.kind && by.id === actor.id;
}

function no(reason: string): Decision {
  return { allowed: false, reason };
}
