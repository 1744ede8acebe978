import type { AccessGrant, Me } from '@headwater/contracts/http/auth.ts';
import { useSyncExternalStore } from 'react';
import { forget, remember, remembered, remembers } from '../platform/storage.ts';
import { onExpired, request, setAccessToken } from './http.ts';
import { ApiError } from './api-error.ts';

export type Session =
  | { readonly state: 'starting' }
  | { readonly state: 'signed-out'; readonly expired: boolean }
  | { readonly state: 'unreachable'; readonly error: unknown }
  | { readonly state: 'signed-in'; readonly user: Me };

// Only that there is a cookie to ask, never what is in it: a first visit goes straight to the sign-in.
const SIGNED_IN = 'signed-in';

let session: Session = { state: 'starting' };
const listeners = new Set<() => void>();

function publish(next: Session): void {
  session = next;
  for (const tell of listeners) tell();
}

async function enter(grant: AccessGrant): Promise<void> {
  setAccessToken(grant.accessToken);
  remember(SIGNED_IN, 'yes');
  const known = session.state === 'signed-in' ? session.user : null;
  if (known && known.mustChangePassword === grant.mustChangePassword) return;
  publish({ state: 'signed-in', user: await request<Me>('/api/v1/auth/me', { renews: false }) });
}

export function useSession(): Session {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => session,
  );
}

/** The person who is signed in; pages behind the sign-in have one. */
export function useMe(): Me {
  const now = useSession();
  if (now.state !== 'signed-in') throw new ApiError(401, { code: 'unauthenticated', title: 'Not signed in' });
  return now.user;
}

// Refresh tokens are used once: two tabs that renew at the same moment would look like theft.
function alone<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request('headwater.refresh', work) : work();
}

let renewing: Promise<boolean> | null = null;

async function renewOnce(): Promise<boolean> {
  try {
    await enter(await alone(() => request<AccessGrant>('/api/v1/auth/refresh', { method: 'POST', renews: false })));
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) {
      setAccessToken(null);
      forget(SIGNED_IN);
      publish({ state: 'signed-out', expired: session.state === 'signed-in' });
    } else if (session.state !== 'signed-in') {
      publish({ state: 'unreachable', error });
    }
    return false;
  }
}

/** What a page does first: asks the cookie who is here, unless this browser knows that nobody is. */
export async function startSession(): Promise<void> {
  if (remembers() && remembered(SIGNED_IN) === null) publish({ state: 'signed-out', expired: false });
  else await renewSession();
}

/** Asks the refresh cookie for a new access token; requests that expire together share one renewal. */
export function renewSession(): Promise<boolean> {
  renewing ??= renewOnce().finally(() => {
    renewing = null;
  });
  return renewing;
}

onExpired(renewSession);

export async function signIn(login: string, password: string): Promise<void> {
  const body = { login, password };
  await enter(await request<AccessGrant>('/api/v1/auth/login', { method: 'POST', body, renews: false }));
}

export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  const body = { currentPassword, newPassword };
  await enter(await request<AccessGrant>('/api/v1/auth/password', { method: 'POST', body }));
}

/** Changes what the person may change of themselves; the page shows it at once. */
export async function editMe(change: Readonly<Record<string, string>>): Promise<void> {
  publish({ state: 'signed-in', user: await request<Me>('/api/v1/auth/me', { method: 'PATCH', body: change }) });
}

/** Ends the session here and on the server; here even when the server cannot be told. */
export async function signOut(): Promise<void> {
  try {
    await request('/api/v1/auth/logout', { method: 'POST', renews: false });
  } finally {
    setAccessToken(null);
    forget(SIGNED_IN);
    publish({ state: 'signed-out', expired: false });
  }
}
