import type { ApiToken } from '@headwater/contracts/http/tokens.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';
import type { TokenWithRoles } from '@headwater/engine/people/tokens.ts';
import { timeOrNull } from '../time-or-null.ts';
import { presentBinding } from '../users/present.ts';

/** A token as the API answers it; never its hash. */
export function presentToken({ token, bindings }: TokenWithRoles, now: Millis): ApiToken {
  const { id, name, prefix, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt } = token;
  const expired = expiresAt !== null && expiresAt <= now;
  return {
    id,
    name,
    prefix,
    createdBy,
    createdAt: formatTime(createdAt),
    expiresAt: timeOrNull(expiresAt),
    lastUsedAt: timeOrNull(lastUsedAt),
    revokedAt: timeOrNull(revokedAt),
    state: revokedAt !== null ? 'revoked' : expired ? 'expired' : 'live',
    bindings: bindings.map(presentBinding),
  };
}
