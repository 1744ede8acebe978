import type { User } from '@headwater/contracts/http/users.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { UserWithRoles } from '@headwater/engine/people/users.ts';
import type { HeldBinding } from '@headwater/engine/ports/store/users.ts';
import { languageOf } from '../auth/grant.ts';

/** A user as the API answers it; never the password's hash. */
export function presentUser({ user, bindings }: UserWithRoles): User {
  return {
    id: user.id,
    login: user.login,
    displayName: user.displayName,
    email: user.email,
    language: languageOf(user.language),
    disabled: user.disabledAt !== null,
    mustChangePassword: user.mustChangePassword,
    createdAt: formatTime(user.createdAt),
    updatedAt: formatTime(user.updatedAt),
    version: user.version,
    bindings: bindings.map(presentBinding),
  };
}

export function presentBinding({ id, role, cluster, namespace }: HeldBinding) {
  return { id, role, cluster, namespace };
}
