import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSensitiveName, lineMasker, maskText } from './mask.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
// Assembled, so that no scanner mistakes the test for a leak.
const AWS_ID = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
const GITHUB = ['ghp_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');

describe('masks', () => {
  it.each([
    ['a bearer token', 'Authorization: Bearer abc.def-123', 'Authorization: Bearer [masked:authorization]'],
    ['a header in JSON', '{"authorization":"Basic dXNlcjpwYXNz"}', '{"authorization":"Basic [masked:authorization]"}'],
    ['a bare scheme', 'sent bearer 9f8e7d6c5b4a', 'sent bearer [masked:authorization]'],
    ['a JWT', `session ${JWT} refused`, 'session [masked:jwt] refused'],
    ['an AWS key id', `using ${AWS_ID} in eu-west-1`, 'using [masked:aws-key-id] in eu-west-1'],
    [
      'an AWS secret key',
      'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY',
      'aws_secret_access_key = [masked:key]',
    ],
    ['a token of a known shape', `cloning with ${GITHUB}`, 'cloning with [masked:token]'],
    [
      'a password in a URL',
      'dial postgres://app:s3cr3t@db:5432/shop',
      'dial postgres://app:[masked:password]@db:5432/shop',
    ],
    ['a password with an at sign in a URL', 'redis://:p@ss@cache:6379', 'redis://:[masked:password]@cache:6379'],
    ['a password in a Go DSN', 'open app:hunter2@tcp(db:3306)/shop', 'open app:[masked:password]@tcp(db:3306)/shop'],
    ['an assignment', 'DB_PASSWORD=hunter2 starting', 'DB_PASSWORD=[masked:password] starting'],
    ['a flag', '--api-key=abc123 --port=80', '--api-key=[masked:key] --port=80'],
    ['a query parameter', 'GET /v1?access_token=abcdef&page=2', 'GET /v1?access_token=[masked:token]&page=2'],
    ['a JSON field', '{"user":"a","password":"two words","n":1}', '{"user":"a","password":"[masked:password]","n":1}'],
    [
      'a JSON field inside a JSON string',
      '{"msg":"{\\"token\\":\\"abc\\"}"}',
      '{"msg":"{\\"token\\":\\"[masked:token]\\"}"}',
    ],
    ['a YAML value that looks random', 'password: hunter2', 'password: [masked:password]'],
    [
      'an env pair in JSON',
      '{"name":"DB_PASSWORD","value":"hunter"}',
      '{"name":"DB_PASSWORD","value":"[masked:password]"}',
    ],
    [
      'a private key',
      'x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y',
      'x [masked:private-key] y',
    ],
    ['a private key cut short', '-----BEGIN PRIVATE KEY-----\nMIIE', '[masked:private-key]'],
  ])('%s', (_, text, masked) => {
    expect(maskText(text)).toBe(masked);
  });
});

describe('leaves alone', () => {
  it.each([
    'FATAL: password authentication failed for user "app"',
    'error validating token: expired',
    'secret "db-credentials" not found',
    'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found',
    'key "password" not found in Secret shop/db',
    "couldn't find key DB_PASSWORD in Secret shop/db",
    'Readiness probe failed: Get "http://10.1.2.3:8080/healthz": dial tcp 10.1.2.3:8080: connect: connection refused',
    'PASSWORD=$(DB_PASSWORD)',
    'token=${API_TOKEN}',
    'DB_PASSWORD is required',
    'password: incorrect',
    '--private-key=/etc/tls/private/tls.key',
    '--token-path=/var/run/token',
    'PWD=/app',
    'basic authentication is required',
    'pulled ghcr.io/acme/web@sha256:0f1e2d3c',
    'publickey: denied',
    'http://user@host:8080/a@b',
  ])('%s', (text) => {
    expect(maskText(text)).toBe(text);
  });
});

it('is idempotent', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'password=',
      'token: ',
      '"secret":"',
      '://a:',
      '@host',
      '@tcp(',
      'Bearer ',
      'abc123DEF',
      JWT,
      ' ',
      '"',
      '\\"',
      ',',
      'value',
    ),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const once = maskText(pieces.join(''));
      expect(maskText(once)).toBe(once);
    }),
    { examples: [[['://a:', 'password=', '://a:', '#@']]] },
  );
});

it('takes linear time on a line made to be slow', () => {
  const started = performance.now();
  for (const unit of ['a', 'eyJ', '://', 'password', 'password=', '-----BEGIN PRIVATE KEY', 'bearer ', '\\"', ':a@']) {
    maskText(`${unit.repeat(65_536 / unit.length)}token`);
  }
  expect(performance.now() - started).toBeLessThan(2_000);
});

it('masks a private key that spans log lines and then goes on', () => {
  const mask = lineMasker();
  const lines = [
    'loading',
    't1 -----BEGIN EC PRIVATE KEY-----',
    't2 MHcCAQEE',
    't3 -----END EC PRIVATE KEY-----',
    'loaded',
  ];
  expect(lines.map(mask)).toEqual([
    'loading',
    't1 [masked:private-key]',
    '[masked:private-key]',
    '[masked:private-key]',
    'loaded',
  ]);
});

it('does not mask a log for ever when a key never ends', () => {
  const mask = lineMasker();
  mask('-----BEGIN PRIVATE KEY-----');
  const lines = Array.from({ length: 400 }, (_, index) => mask(`line ${index}`));
  expect(lines.at(-1)).toBe('line 399');
});

it.each([
  ['DB_PASSWORD', true],
  ['apiKey', true],
  ['AWS_SECRET_ACCESS_KEY', true],
  ['REDIS_PWD', true],
  ['PWD', false],
  ['TOKEN_PATH', false],
  ['SECRET_NAME', false],
  ['MONKEY', false],
])('judges the name %s', (name, sensitive) => {
  expect(isSensitiveName(name)).toBe(sensitive);
});
