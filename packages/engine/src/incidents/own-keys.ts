import { alertKey } from '@headwater/core/grouping/keys.ts';
import type { Repositories } from '../ports/store.ts';
import type { Incident, MemberAlert } from '../ports/store/incidents.ts';

export interface KeyOwner {
  readonly id: string;
  readonly cluster: string;
  /** Whether it is open: only then it may hold keys. */
  readonly open: boolean;
}

export function keyOwner({ id, cluster, status }: Incident): KeyOwner {
  return { id, cluster, open: status !== 'resolved' };
}

/** Gives `to`, whose alerts came out of `from`, the keys that no alert left behind needs. */
export async function shareKeys(tx: Repositories, from: KeyOwner, to: KeyOwner): Promise<void> {
  const [moved, left] = [await tx.incidents.members(to.id), await tx.incidents.members(from.id)];
  const needed = new Set(left.flatMap(keysOf));
  const own = [...new Set(moved.flatMap(keysOf))].filter((key) => !needed.has(key));
  if (own.length > 0) await tx.incidents.giveKeys(from.id, to.id, own);
  await settleKeys(tx, to, moved);
  await settleKeys(tx, from, left);
}

// An open incident is found by what it is about; one whose every key others hold, by its alerts alone.
async function settleKeys(
  tx: Repositories,
  { id, cluster, open }: KeyOwner,
  members: readonly MemberAlert[],
): Promise<void> {
  if (!open) return tx.incidents.closeKeys([id]);
  await tx.incidents.openKeys([id]);
  if ((await tx.incidents.keysOf(id)).some((key) => key.open)) return;
  await tx.incidents.holdKeys(
    members.map(({ fingerprint }) => ({ incidentId: id, cluster, key: alertKey(fingerprint) })),
  );
}

function keysOf({ rootKeys, fingerprint }: MemberAlert): readonly string[] {
  return [...rootKeys, alertKey(fingerprint)];
}
