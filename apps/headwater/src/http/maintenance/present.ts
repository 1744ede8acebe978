import type { Maintenance } from '@headwater/contracts/http/maintenance.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';
import type { Maintenance as Stored } from '@headwater/engine/ports/store/maintenance.ts';

/** A maintenance as the API answers it. */
export function presentMaintenance(stored: Stored, now: Millis): Maintenance {
  const { id, cluster, namespaces, matchers, startsAt, endsAt, comment, createdBy, createdAt, endedAt, endedBy } =
    stored;
  return {
    id,
    cluster,
    namespaces: [...namespaces],
    matchers: [...matchers],
    startsAt: formatTime(startsAt),
    endsAt: formatTime(endsAt),
    state: endedAt !== null || endsAt <= now ? 'ended' : startsAt <= now ? 'active' : 'planned',
    comment,
    createdBy,
    createdAt: formatTime(createdAt),
    endedAt: endedAt === null ? null : formatTime(endedAt),
    endedBy,
  };
}
