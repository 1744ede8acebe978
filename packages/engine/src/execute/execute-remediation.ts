import { AppError, messageOf } from '@headwater/core/errors.ts';
import { decideExecution } from '@headwater/core/remediation/decide.ts';
import { moveRemediation } from '../approve/move-remediation.ts';
import type { VerbContext } from '../context.ts';
import type { ActionOutcome, Remediator } from '../ports/remediator.ts';
import type { RemediationRow } from '../ports/store/remediations.ts';

export interface ExecuteDeps {
  /** The way to change a cluster; null when it is not known or this installation may not write. */
  readonly remediator: (cluster: string) => Remediator | null;
}

/**
 * Runs an approved plan, once: whoever moves it to `executing` runs it, everybody else is refused. Throws AppError `precondition` when this
 * installation may not change that cluster.
 */
export async function executeRemediation(ctx: VerbContext, id: string, deps: ExecuteDeps): Promise<RemediationRow> {
  const row = await ctx.store.remediations.get(id);
  const remediator = row && deps.remediator(row.plan.target.cluster);
  if (row && !remediator)
    throw new AppError('precondition', 'changes to clusters are switched off here (HEADWATER_WRITE_ACTIONS)');
  const claimed = await moveRemediation(ctx, {
    id,
    permission: 'incidents.write',
    to: 'executing',
    action: 'remediation.execute',
    decide: (current) => decideExecution(current, { actor: ctx.actor, now: ctx.now() }),
  });
  const outcome = await run(remediator, claimed);
  const to = ({ done: 'executed', refused: 'failed', unknown: 'unknown' } as const)[outcome.state];
  return moveRemediation(ctx, {
    id,
    permission: 'incidents.write',
    to,
    action: `remediation.${to}`,
    outcome: outcome.statement,
    decide: () => ({ allowed: true, reason: outcome.statement }),
  });
}

async function run(remediator: Remediator | null, { plan }: RemediationRow): Promise<ActionOutcome> {
  try {
    return (await remediator?.run(plan)) ?? { state: 'refused', statement: 'nobody could run it' };
  } catch (error) {
    return { state: 'unknown', statement: messageOf(error) };
  }
}
