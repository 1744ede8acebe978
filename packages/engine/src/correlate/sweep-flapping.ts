import { decideFlapping, FLAPPING_RULE } from '@headwater/core/incident/flapping.ts';
import type { VerbContext } from '../context.ts';
import type { Repositories } from '../ports/store.ts';
import type { AlertCyclesRow } from '../ports/store/correlation.ts';
import type { NewEvent } from '../ports/store/events.ts';

/** Ends the flapping of alerts that have not changed for the clearance; their incidents are diagnosed again. Returns how many. */
export async function sweepFlapping(ctx: VerbContext): Promise<number> {
  return ctx.store.transaction(async (tx) => {
    const now = ctx.now();
    const steady = (await tx.correlation.cycles(now - FLAPPING_RULE.window, null))
      .map((cycles) => ({ cycles, decision: decideFlapping(cycles, now) }))
      .filter(({ decision }) => !decision.flapping);
    if (steady.length === 0) return 0;
    await tx.correlation.setFlapping(
      steady.map(({ cycles }) => cycles.alertId),
      null,
    );
    const events: NewEvent[] = [];
    for (const { cycles, decision } of steady) events.push(...(await tellSteady(ctx, tx, cycles, decision.reason)));
    await tx.events.append(events);
    return steady.length;
  });
}

async function tellSteady(
  ctx: VerbContext,
  tx: Repositories,
  { alertId, incidentId }: AlertCyclesRow,
  reason: string,
): Promise<readonly NewEvent[]> {
  const incident = incidentId === null ? null : await tx.incidents.get(incidentId);
  if (!incident) return [];
  const { id, cluster, namespaces, status } = incident;
  // While it flapped its changes asked for no diagnosis; this one sees how it ended.
  if (status !== 'resolved') await tx.jobs.send('diagnose', { incidentId: id }, { key: id });
  const payload = { flapping: false, alertId, reason };
  const told = { at: ctx.now(), kind: 'incident.changed' as const, incidentId: id, cluster, namespaces };
  return [{ ...told, actor: ctx.actor.name, payload }];
}
