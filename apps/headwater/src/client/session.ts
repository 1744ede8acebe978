import { AccessGrant } from '@headwater/contracts/http/auth.ts';
import { AppError } from '@headwater/core/errors.ts';
import { SECOND } from '@headwater/core/time.ts';
import { refreshTokenOf, REFRESH_COOKIE } from '../auth/refresh-cookie.ts';
import type { Credential } from './credentials.ts';
import { type ApiAnswer, send } from './http.ts';

type SessionCredential = Extract<Credential, { accessToken: string }>;

/** A session as the server granted it. */
export interface GrantedSession {
  readonly grant: AccessGrant;
  readonly credential: SessionCredential;
}

/** Signs in with login and password. */
export async function openSession(
  server: string,
  body: { readonly login: string; readonly password: string },
  now: number,
): Promise<GrantedSession> {
  return granted(await send({ method: 'POST', url: `${server}/api/v1/auth/login`, body }), now);
}

/** Trades the refresh token for the next one. */
export async function renewSession(
  server: string,
  { refreshToken }: SessionCredential,
  now: number,
): Promise<GrantedSession> {
  const headers = cookieHeaders(server, refreshToken);
  return granted(await send({ method: 'POST', url: `${server}/api/v1/auth/refresh`, headers }), now);
}

/** Ends the session on the server. */
export async function closeSession(server: string, { refreshToken }: SessionCredential): Promise<void> {
  await send({ method: 'POST', url: `${server}/api/v1/auth/logout`, headers: cookieHeaders(server, refreshToken) });
}

// The server lets a cookie act only for a page of its own, which this program stands for.
function cookieHeaders(server: string, refreshToken: string): Record<string, string> {
  return { cookie: `${REFRESH_COOKIE}=${refreshToken}`, origin: new URL(server).origin };
}

async function granted(answer: ApiAnswer, now: number): Promise<GrantedSession> {
  const parsed = AccessGrant.safeParse(JSON.parse(await answer.body.text()));
  const refreshToken = refreshTokenOf([answer.headers['set-cookie'] ?? []].flat()[0]);
  if (!parsed.success || refreshToken === null)
    throw new AppError('internal', 'the server answered a sign-in in a way this version does not know');
  const { accessToken, expiresIn } = parsed.data;
  return { grant: parsed.data, credential: { refreshToken, accessToken, accessExpiresAt: now + expiresIn * SECOND } };
}
