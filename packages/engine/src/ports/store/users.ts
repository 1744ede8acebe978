import type { RoleBinding } from '@headwater/core/access/actor.ts';
import type { Millis } from '@headwater/core/time.ts';

export interface User {
  readonly id: string;
  /** Unique without regard to case. */
  readonly login: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly language: string;
  readonly passwordHash: string | null;
  readonly mustChangePassword: boolean;
  readonly disabledAt: Millis | null;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
  readonly version: number;
}

export type UserChanges = Partial<
  Pick<User, 'displayName' | 'email' | 'language' | 'passwordHash' | 'mustChangePassword' | 'disabledAt'>
>;

/** Who holds a binding. */
export interface Holder {
  readonly kind: 'user' | 'token';
  readonly id: string;
}

/** A binding with its own id, by which it is taken away. */
export interface HeldBinding extends RoleBinding {
  readonly id: string;
  readonly holderId: string;
}

/** Failed sign-ins of one login or from one address. */
export interface Throttle {
  readonly failures: number;
  readonly lastFailureAt: Millis;
  readonly lockedUntil: Millis | null;
}

export interface UserRepository {
  /** `conflict` when the login is taken. */
  insert(user: User): Promise<void>;
  byId(id: string): Promise<User | null>;
  byLogin(login: string): Promise<User | null>;
  any(): Promise<boolean>;
  /** Lets no other transaction add a user until this one ends. */
  lockAll(): Promise<void>;
  /** By login, after the login `after`; `query` is part of a login, name or address. */
  list(page: {
    readonly after: string | null;
    readonly limit: number;
    readonly query?: string | undefined;
  }): Promise<readonly User[]>;
  /** Adds one to the version; null when the user is gone or, with `version`, was changed meanwhile. */
  update(
    id: string,
    changes: UserChanges,
    at: { readonly now: Millis; readonly version?: number | undefined },
  ): Promise<User | null>;

  bindings(kind: Holder['kind'], holderIds: readonly string[]): Promise<readonly HeldBinding[]>;
  /** False when the holder had this binding already. */
  bind(holder: Holder, binding: RoleBinding & { readonly id: string }): Promise<boolean>;
  unbind(holder: Holder, bindingId: string): Promise<boolean>;
  /** Enabled users with the role admin everywhere; locks their rows, so that two cannot remove each other at once. */
  lockAdmins(): Promise<readonly string[]>;

  /** The counts of keys, locked until the transaction ends; a key without one gets an empty one as of `now`. */
  lockThrottles(keys: readonly string[], now: Millis): Promise<ReadonlyMap<string, Throttle>>;
  saveThrottle(key: string, throttle: Throttle): Promise<void>;
  clearThrottles(keys: readonly string[]): Promise<void>;
  /** Forgets what failed last before a time. */
  forgetThrottles(before: Millis): Promise<void>;
}
