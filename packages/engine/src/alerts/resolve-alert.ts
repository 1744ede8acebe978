import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import { audit } from '../people/audit.ts';
import type { Repositories } from '../ports/store.ts';
import { placeOfAlert } from '../views/alerts.ts';

/**
 * Ends the open episode of an alert by a person's word. A sender that still fires it opens it again with its next
 * message. `conflict` when it does not fire.
 */
export function resolveAlert(ctx: VerbContext, alertId: string): Promise<void> {
  return ctx.store.transaction((tx) => endOpenEpisode(ctx, tx, alertId));
}

async function endOpenEpisode(ctx: VerbContext, tx: Repositories, alertId: string): Promise<void> {
  const label = `alert ${alertId}`;
  const view = await tx.alertQueries.find(alertId);
  if (!view) throw new AppError('not_found', `no ${label}`);
  const place = placeOfAlert(view);
  authorize(ctx.actor, 'incidents.write', { label, ...place });
  const [alert] = await tx.alerts.lock([view]);
  const open = alert?.episodes.find(({ status }) => status === 'firing');
  if (!alert || !open) throw new AppError('conflict', `${label} does not fire`);
  const now = ctx.now();
  const ended = {
    status: 'resolved',
    endsAt: now,
    endedBy: 'person',
    resolvedReceivedAt: now,
    expiresAt: null,
  } as const;
  await tx.alerts.changeEpisodes([{ ...open, ...ended, correlate: true }]);
  await tx.alerts.setStates([{ ...alert, status: 'resolved' }]);
  await audit.append(tx, ctx, {
    action: 'alert.resolve',
    targetKind: 'alert',
    targetId: alertId,
    ...place,
    before: { status: 'firing', episodeId: open.id },
    after: { status: 'resolved', episodeId: open.id },
  });
  await tx.alerts.wakeCorrelator();
}

export interface BulkOutcome {
  readonly resolved: readonly string[];
  readonly failed: readonly { readonly alertId: string; readonly code: string; readonly detail: string }[];
}

/** Ends many alerts, each by itself: one that cannot be ended keeps none of the others from it. */
export async function resolveAlerts(ctx: VerbContext, alertIds: readonly string[]): Promise<BulkOutcome> {
  const resolved: string[] = [];
  const failed: { alertId: string; code: string; detail: string }[] = [];
  for (const alertId of new Set(alertIds)) {
    try {
      await resolveAlert(ctx, alertId);
      resolved.push(alertId);
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'unavailable') throw error;
      failed.push({ alertId, code: error.code, detail: error.message });
    }
  }
  return { resolved, failed };
}
