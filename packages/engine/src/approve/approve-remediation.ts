import { decideApproval, decideRejection } from '@headwater/core/remediation/decide.ts';
import type { VerbContext } from '../context.ts';
import type { RemediationRow } from '../ports/store/remediations.ts';
import { moveRemediation } from './move-remediation.ts';

/** Approves the plan with this hash and no other; the approver is another person than the proposer. */
export function approveRemediation(ctx: VerbContext, input: { id: string; planHash: string }): Promise<RemediationRow> {
  return moveRemediation(ctx, {
    id: input.id,
    permission: 'approve',
    to: 'approved',
    action: 'remediation.approve',
    decide: (row) => decideApproval(row, { actor: ctx.actor, hash: input.planHash, now: ctx.now() }),
  });
}

/** Turns a plan down, before it runs. */
export function rejectRemediation(ctx: VerbContext, input: { id: string; reason: string }): Promise<RemediationRow> {
  return moveRemediation(ctx, {
    id: input.id,
    permission: 'approve',
    to: 'rejected',
    action: 'remediation.reject',
    outcome: input.reason,
    decide: decideRejection,
  });
}
