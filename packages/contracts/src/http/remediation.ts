import { REMEDIATION_STATUSES } from '@headwater/core/remediation/decide.ts';
import { ACTION_KINDS } from '@headwater/core/remediation/plan.ts';
import { z } from 'zod';
import { SubjectRef } from '../diagnosis/diagnosis.ts';
import { Availability, plain, Time } from './common.ts';

export const ActionName = z.enum(ACTION_KINDS);

const Decider = z.object({ kind: z.enum(['user', 'token', 'system']), id: z.string(), name: z.string() });

/** A plan for the cluster and what was decided about it. */
export const Remediation = z
  .object({
    id: z.string(),
    incidentId: z.string(),
    status: z.enum(REMEDIATION_STATUSES),
    plan: z.object({
      action: ActionName,
      target: SubjectRef,
      risk: z.enum(['R1', 'R2']),
      statement: z.string(),
      undo: z.string(),
    }),
    planHash: z.string().describe('What an approval is given to'),
    proposedBy: Decider,
    proposedAt: Time,
    approvedBy: Decider.nullable(),
    approvedAt: Time.nullable(),
    executedBy: Decider.nullable(),
    startedAt: Time.nullable(),
    finishedAt: Time.nullable(),
    outcome: z.string().nullable(),
    /** What the caller may do with it now. */
    actions: z.object({ approve: Availability, reject: Availability, execute: Availability }),
  })
  .meta({ id: 'Remediation' });
export type Remediation = z.infer<typeof Remediation>;

export const RemediationList = z.object({ items: z.array(Remediation) });

export const ProposeBody = z.object({
  action: ActionName,
  subject: SubjectRef.optional().describe('An object the diagnosis names as a cause; its first when absent'),
});
export const ApproveBody = z.object({ planHash: z.string().regex(/^[0-9a-f]{64}$/) });
export const RejectBody = z.object({ reason: plain(2_000).min(1) });
