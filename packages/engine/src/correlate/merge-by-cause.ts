import { decideMergeByCause } from '@headwater/core/grouping/same-cause.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import { mergeIncidents } from '../incidents/merge.ts';

/**
 * Makes one incident of two that a diagnosis explains by the same cause: an incident is the alerts that share one cause. Called after each diagnosis;
 * returns the incident that stays, or null when nothing was merged.
 */
export async function mergeByCause(ctx: VerbContext, incidentId: string): Promise<string | null> {
  const [incident, ...peers] = await ctx.store.causes.peers(incidentId);
  const merge = incident && decideMergeByCause(incident, peers);
  if (!merge) return null;
  const { source, target, reason } = merge;
  try {
    await mergeIncidents(ctx, { incidentId: target.id, sourceIds: [source.id], reason });
    return target.id;
  } catch (error) {
    // Somebody changed one of them meanwhile; the next diagnosis looks again.
    if (error instanceof AppError && error.code === 'conflict') return null;
    throw error;
  }
}
