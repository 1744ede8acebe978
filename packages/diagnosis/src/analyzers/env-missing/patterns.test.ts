import { expect, it } from 'vitest';
import { readMissingVariable } from './patterns.ts';

it.each([
  ['Error: environment variable DATABASE_URL is not set', 'DATABASE_URL'],
  ['FATAL: env var "API_KEY" is required', 'API_KEY'],
  ['DATABASE_URL must be set', 'DATABASE_URL'],
  ['SESSION_SECRET needs to be set', 'SESSION_SECRET'],
  ['RuntimeError: environment variable AUTH_URL must not be empty', 'AUTH_URL'],
  ['AUTH_URL cannot be empty', 'AUTH_URL'],
  ['required key DB_HOST missing value', 'DB_HOST'],
  ["KeyError: 'REDIS_HOST'", 'REDIS_HOST'],
  ['Missing required environment variables: STRIPE_KEY, STRIPE_SECRET', 'STRIPE_KEY'],
  ['Error: missing required env PROVIDER_URL', 'PROVIDER_URL'],
  ['/entrypoint.sh: line 4: BUCKET: unbound variable', 'BUCKET'],
  ['./run.sh: 3: TOKEN_FILE: parameter not set', 'TOKEN_FILE'],
  ['Could not resolve placeholder \'payment.url\' in value "${payment.url}"', 'payment.url'],
  ['thread main panicked: environment variable not found: PORT', 'PORT'],
  ['Error: Database is uninitialized and superuser password is not specified.', null],
])('reads %s', (line, name) => {
  const found = readMissingVariable(line);
  expect(found).not.toBeNull();
  expect(found?.name).toBe(name);
});

it.each([
  'LOG_LEVEL is not set, using default info',
  'HTTP GET failed: value missing',
  'SENTRY_DSN not set: error reporting disabled',
  "KeyError: 'user_id'",
  'order 12 not found',
])('leaves %s', (line) => {
  expect(readMissingVariable(line)).toBeNull();
});
