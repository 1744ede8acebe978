import { alertKey } from '@headwater/core/grouping/keys.ts';
import type { Repositories } from '../ports/store.ts';
import type { Incident } from '../ports/store/incidents.ts';

/**
 * Gives the incident `to`, whose alerts came out of `from`, the keys that no alert left behind needs; keys of its alerts
 * alone when that is none, so that every open incident can be found by what it is about.
 */
export async function giveOwnKeys(tx: Repositories, from: Incident, to: string): Promise<void> {
  const [moved, left] = [await tx.incidents.members(to), await tx.incidents.members(from.id)];
  const needed = new Set(left.flatMap(({ rootKeys }) => rootKeys));
  const own = [...new Set(moved.flatMap(({ rootKeys }) => rootKeys))].filter((key) => !needed.has(key));
  if (own.length > 0) await tx.incidents.giveKeys(from.id, to, own);
  if ((await tx.incidents.keysOf(to)).length > 0) return;
  const keys = moved.map(({ fingerprint }) => ({ incidentId: to, cluster: from.cluster, key: alertKey(fingerprint) }));
  await tx.incidents.holdKeys(keys);
}
