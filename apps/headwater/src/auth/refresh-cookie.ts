import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { Settings } from '../config/settings.ts';

export const REFRESH_COOKIE = 'headwater_refresh';

type CookieSettings = Pick<Settings['auth'], 'cookieSecure' | 'cookieSameSite' | 'cookieDomain' | 'cookiePath'>;

/** The `Set-Cookie` header that hands a refresh token to the browser, out of reach of scripts. */
export function refreshCookie(token: string, expiresAt: Millis, now: Millis, settings: CookieSettings): string {
  const seconds = Math.max(0, Math.floor((expiresAt - now) / SECOND));
  return [`${REFRESH_COOKIE}=${token}`, `Max-Age=${seconds}`, ...attributes(settings)].join('; ');
}

/** The `Set-Cookie` header that takes it back. */
export function clearedCookie(settings: CookieSettings): string {
  return [`${REFRESH_COOKIE}=`, 'Max-Age=0', ...attributes(settings)].join('; ');
}

/** The refresh token of a `Cookie` header, or null. */
export function refreshTokenOf(header: string | undefined): string | null {
  for (const part of (header ?? '').split(';')) {
    const [name, value = ''] = part.trim().split('=', 2);
    if (name === REFRESH_COOKIE && /^[A-Za-z0-9]{20,100}$/.test(value)) return value;
  }
  return null;
}

function attributes({ cookiePath, cookieDomain, cookieSecure, cookieSameSite }: CookieSettings): string[] {
  const sameSite = { lax: 'Lax', strict: 'Strict', none: 'None' }[cookieSameSite];
  return [
    `Path=${cookiePath}`,
    ...(cookieDomain === undefined ? [] : [`Domain=${cookieDomain}`]),
    'HttpOnly',
    ...(cookieSecure ? ['Secure'] : []),
    `SameSite=${sameSite}`,
  ];
}
