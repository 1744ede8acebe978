import { DAY, HOUR, MINUTE, SECOND } from '@headwater/core/time.ts';
import { choice, duration, flag, list, text } from '../kinds.ts';
import { optional, setting } from '../setting.ts';

/** Signing in, sessions and the first admin. */
export const authSettings = {
  adminUsername: setting({
    env: 'HEADWATER_ADMIN_USERNAME',
    aliases: ['ADMIN_USERNAME'],
    kind: text,
    default: 'admin',
    help: 'Login of the admin that is made when there are no users yet.',
  }),
  adminPassword: optional({
    env: 'HEADWATER_ADMIN_PASSWORD',
    aliases: ['ADMIN_PASSWORD'],
    kind: text,
    secret: true,
    help: 'Password of that first admin. Without it the first start prints a one-time password. Changes nothing later.',
  }),
  allowSignup: setting({
    env: 'HEADWATER_ALLOW_SIGNUP',
    aliases: ['ALLOW_SIGNUP'],
    kind: flag,
    default: false,
    help: 'Whether anyone may make an account; a new one has the role viewer everywhere.',
  }),
  jwtSecret: optional({
    env: 'HEADWATER_JWT_SECRET',
    aliases: ['JWT_SECRET'],
    kind: text,
    secret: true,
    help: 'At least 32 characters that sign access tokens. Without it a random one is made and kept in the database.',
  }),
  accessTtl: setting({
    env: 'HEADWATER_JWT_ACCESS_TTL',
    aliases: ['JWT_ACCESS_TTL'],
    kind: duration(30 * SECOND, 24 * HOUR),
    default: 15 * MINUTE,
    help: 'How long an access token is good; a revoked session or disabled user stops within seconds all the same.',
  }),
  refreshTtl: setting({
    env: 'HEADWATER_JWT_REFRESH_TTL',
    aliases: ['JWT_REFRESH_TTL'],
    kind: duration(5 * MINUTE, 365 * DAY),
    default: 7 * DAY,
    help: 'How long a session lives without being used; a used one ends 30 days after the sign-in, or after this when longer.',
  }),
  cookieSecure: setting({
    env: 'HEADWATER_AUTH_COOKIE_SECURE',
    aliases: ['AUTH_COOKIE_SECURE'],
    kind: flag,
    default: true,
    help: 'Send the refresh cookie over HTTPS only. Switch it off only for plain HTTP on loopback.',
  }),
  cookieSameSite: setting({
    env: 'HEADWATER_AUTH_COOKIE_SAMESITE',
    aliases: ['AUTH_COOKIE_SAMESITE'],
    kind: choice('lax', 'strict', 'none'),
    default: 'lax',
    help: 'SameSite of the refresh cookie; `none` needs a secure cookie.',
  }),
  cookieDomain: optional({
    env: 'HEADWATER_AUTH_COOKIE_DOMAIN',
    aliases: ['AUTH_COOKIE_DOMAIN'],
    kind: text,
    help: 'Domain of the refresh cookie; without it only this very host gets it.',
  }),
  cookiePath: setting({
    env: 'HEADWATER_AUTH_COOKIE_PATH',
    aliases: ['AUTH_COOKIE_PATH'],
    kind: text,
    default: '/api/v1/auth',
    help: 'Path of the refresh cookie; only the routes below `/api/v1/auth` read it.',
  }),
  trustedOrigins: setting({
    env: 'HEADWATER_TRUSTED_ORIGINS',
    kind: list(text),
    default: [],
    help: 'Origins, beside this host and HEADWATER_PUBLIC_URL, whose pages may refresh and end sessions by the cookie.',
  }),
};
