import type { Remediation } from '@headwater/contracts/http/remediation.ts';
import { allows } from '@headwater/core/access/permissions.ts';
import { decideApproval, decideExecution, decideRejection, type Decision } from '@headwater/core/remediation/decide.ts';
import { placeOfTarget } from '@headwater/core/remediation/plan.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import type { RemediationRow } from '@headwater/engine/ports/store/remediations.ts';
import { timeOrNull } from '../time-or-null.ts';

/** A remediation as the API answers it to this caller. */
export function presentRemediation(row: RemediationRow, ctx: VerbContext): Remediation {
  const { actor } = ctx;
  const asked = { actor, hash: row.planHash, now: ctx.now() };
  const place = placeOfTarget(row.plan.target);
  const may = (permission: 'approve' | 'incidents.write', decision: Decision): Decision => {
    const right = allows(actor, permission, place);
    return right.allowed ? decision : { allowed: false, reason: right.reason };
  };
  return {
    ...row,
    proposedBy: { ...row.proposedBy },
    proposedAt: formatTime(row.proposedAt),
    approvedAt: timeOrNull(row.approvedAt),
    startedAt: timeOrNull(row.startedAt),
    finishedAt: timeOrNull(row.finishedAt),
    actions: {
      approve: may('approve', decideApproval(row, asked)),
      reject: may('approve', decideRejection(row)),
      execute: may('incidents.write', decideExecution(row, asked)),
    },
  };
}
