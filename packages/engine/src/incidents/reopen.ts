import { AppError } from '@headwater/core/errors.ts';
import { quietSinceAfter } from '@headwater/core/incident/windows.ts';
import type { VerbContext } from '../context.ts';
import type { Repositories } from '../ports/store.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { changeIncident, type IncidentTarget } from './change-incident.ts';

/** Brings a resolved incident back; `conflict` when other open incidents are about the same by now. */
export function reopenIncident(
  ctx: VerbContext,
  input: IncidentTarget & { readonly reason?: string | undefined },
): Promise<Incident> {
  return changeIncident(ctx, { ...input, action: 'reopen', keys: true }, (incident, now) => ({
    changes: {
      status: 'open',
      acknowledgedAt: null,
      acknowledgedBy: null,
      resolvedAt: null,
      resolvedBy: null,
      resolveReason: null,
      reopened: incident.reopened + 1,
      quietSince: quietSinceAfter(incident.firingCount, null, now),
      diagnosisState: 'pending',
    },
    event: { kind: 'incident.reopened', payload: { by: 'person', reason: input.reason ?? '' } },
    also: async (tx) => {
      await takeKeysBack(tx, incident);
      await tx.jobs.send('diagnose', { incidentId: incident.id }, { key: incident.id });
    },
  }));
}

async function takeKeysBack(tx: Repositories, incident: Incident): Promise<void> {
  const opened = await tx.incidents.openKeys([incident.id]);
  if (opened.length > 0) return;
  const keys = (await tx.incidents.keysOf(incident.id)).map(({ key }) => key);
  const [holder] = (await tx.incidents.holders(incident.cluster, keys)).values();
  if (holder === undefined) return;
  throw new AppError(
    'conflict',
    `reopen is not possible: incident ${holder} is about the same now; merge the two instead`,
    {
      details: { openIncident: holder },
    },
  );
}
