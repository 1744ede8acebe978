import { scryptPasswords } from '@headwater/adapters/credentials/passwords.ts';
import { secretMaker } from '@headwater/adapters/credentials/secrets.ts';
import type { Millis } from '@headwater/core/time.ts';
import { createFirstAdmin, type FirstAdmin } from '@headwater/engine/people/first-admin.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import { openPeople, type People } from '../auth/people.ts';
import type { Settings } from '../config/settings.ts';

export interface StartPeopleOptions {
  readonly store: Store;
  readonly settings: Settings['auth'];
  readonly now: () => Millis;
  readonly newId: (prefix: string) => string;
  readonly randomBytes: (size: number) => Buffer;
}

/** Readies sign-in, and makes the first admin of an installation without users; `firstAdmin` is null in any other. */
export async function startPeople(
  options: StartPeopleOptions,
): Promise<{ readonly people: People; readonly firstAdmin: FirstAdmin | null }> {
  const { store, settings, now, newId, randomBytes } = options;
  const passwords = scryptPasswords({ randomBytes });
  const secrets = secretMaker(randomBytes);
  const people = await openPeople({ store, settings, passwords, secrets, now, newId });
  const ctx = { store, now, newId, requestId: null, remoteAddress: null };
  const wanted = { login: settings.adminUsername, password: settings.adminPassword };
  return { people, firstAdmin: await createFirstAdmin(ctx, people, wanted) };
}
