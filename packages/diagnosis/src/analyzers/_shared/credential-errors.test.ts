import { expect, it } from 'vitest';
import { readCredentialError } from './credential-errors.ts';

it.each([
  ["Access denied for user 'shop'@'10.1.2.3' (using password: YES)", 'mysql', 'shop', '10.1.2.3'],
  ['FATAL: password authentication failed for user "app"', 'postgres', 'app', null],
  [
    String.raw`{"error":"FATAL: password authentication failed for user \"app\" (SQLSTATE 28P01)"}`,
    'postgres',
    'app',
    null,
  ],
  ['FATAL: role "app" does not exist', 'postgres', 'app', null],
  [
    'FATAL: no pg_hba.conf entry for host "10.2.3.4", user "app", database "x", no encryption',
    'postgres',
    'app',
    '10.2.3.4',
  ],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'redis', null, null],
  ['(error) NOAUTH Authentication required.', 'redis', null, null],
  ['MongoServerError: Authentication failed.', 'mongo', null, null],
  ['ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN', 'rabbitmq', null, null],
  ["Login failed for user 'sa'.", 'sqlserver', 'sa', null],
  ['ORA-01017: invalid username/password; logon denied', 'oracle', null, null],
])('reads %s', (line, product, user, client) => {
  expect(readCredentialError(line)).toMatchObject({ product, user, client });
});

it.each([
  'user "bob" entered a wrong password',
  'HTTP 401 Unauthorized',
  'jwt expired',
  'open /data: permission denied',
])('leaves %s', (line) => {
  expect(readCredentialError(line)).toBeNull();
});
