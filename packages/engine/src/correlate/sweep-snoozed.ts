import { snoozeEnd } from '@headwater/core/incident/snooze.ts';
import type { VerbContext } from '../context.ts';
import type { NewEvent } from '../ports/store/events.ts';

const AT_ONCE = 200;

/** Wakes incidents whose snooze is over. Returns how many. */
export async function sweepSnoozed(ctx: VerbContext): Promise<number> {
  return ctx.store.transaction(async (tx) => {
    const now = ctx.now();
    const events: NewEvent[] = [];
    for (const incident of await tx.correlation.snoozedUntil(now, AT_ONCE)) {
      const reason = snoozeEnd(incident, now, false);
      if (reason === null) continue;
      const { id, cluster, namespaces } = await tx.incidents.update(incident.id, { snoozedUntil: null }, now);
      const payload = { until: null, reason };
      events.push({
        at: now,
        kind: 'incident.snoozed',
        incidentId: id,
        cluster,
        namespaces,
        actor: ctx.actor.name,
        payload,
      });
    }
    await tx.events.append(events);
    return events.length;
  });
}
