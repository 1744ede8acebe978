import type { VerbContext } from '@headwater/engine/context.ts';
import { type Intake, recordSignals } from '@headwater/engine/intake/record-signals.ts';
import type { WarningEvents } from '@headwater/engine/watch/warning-events.ts';

/** Stores what the Warning Events of each cluster have to tell; what could not be stored stays due. */
export async function tellWarnings(
  ctx: Pick<VerbContext, 'actor' | 'now'>,
  intake: Intake,
  watches: Iterable<WarningEvents>,
): Promise<boolean> {
  for (const watch of watches) {
    const alerts = watch.due(ctx.now());
    if (alerts.length === 0) continue;
    const body = { source: 'kubernetes-event', groupKey: null, receiver: null, truncatedAlerts: 0, alerts } as const;
    await recordSignals(ctx, intake, { source: 'kubernetes-event', signals: { ok: true, body } });
    watch.settle(alerts, ctx.now());
  }
  return false;
}
