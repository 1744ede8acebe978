import { decideQuietResolve } from '@headwater/core/incident/windows.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { Repositories } from '../ports/store.ts';
import type { NewEvent } from '../ports/store/events.ts';
import type { Incident } from '../ports/store/incidents.ts';

const AT_ONCE = 200;

/** Resolves incidents in which nothing has fired for the quiet period (milliseconds). Returns how many. */
export async function sweepQuiet(ctx: VerbContext, quietPeriod: number): Promise<number> {
  return ctx.store.transaction(async (tx) => {
    const now = ctx.now();
    const due = await tx.correlation.quietSince(now - quietPeriod, AT_ONCE);
    const events: NewEvent[] = [];
    for (const incident of due) {
      const decision = decideQuietResolve(incident, now, quietPeriod);
      if (decision.yes) events.push(await resolveQuiet(ctx, tx, { incident, reason: decision.reason, now }));
    }
    if (events.length === 0) return 0;
    const ids = events.flatMap(({ incidentId }) => incidentId ?? []);
    await tx.incidents.closeKeys(ids);
    await tx.jobs.sendMany(
      'diagnose',
      ids.map((incidentId) => ({ data: { incidentId }, key: incidentId })),
    );
    await tx.events.append(events);
    return events.length;
  });
}

async function resolveQuiet(
  ctx: VerbContext,
  tx: Repositories,
  { incident, reason, now }: { readonly incident: Incident; readonly reason: string; readonly now: Millis },
): Promise<NewEvent> {
  const { id, cluster, namespaces } = await tx.incidents.update(
    incident.id,
    {
      status: 'resolved',
      resolvedAt: now,
      resolvedBy: ctx.actor.name,
      resolveReason: reason,
      snoozedUntil: null,
      diagnosisState: 'pending',
    },
    now,
  );
  const payload = { by: 'quiet', reason, firingCount: 0 };
  return { at: now, kind: 'incident.resolved', incidentId: id, cluster, namespaces, actor: ctx.actor.name, payload };
}
