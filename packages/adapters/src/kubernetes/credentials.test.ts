import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '@headwater/testkit/certificates.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertCertificateValid, openCredentials } from './credentials.ts';
import { parseKubeconfig } from './kubeconfig.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headwater-credentials-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function credentials(user: object, clock: () => number = () => 0) {
  const config = {
    'current-context': 'dev',
    clusters: [{ name: 'c', cluster: { server: 'https://one' } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'dev', context: { cluster: 'c', user: 'u' } }],
  };
  return openCredentials(parseKubeconfig(JSON.stringify(config), join(directory, 'config')), {
    clock,
    env: { PATH: process.env['PATH'] },
  });
}

// Prints its answer and counts its runs in a file beside it.
async function plugin(name: string, body: string): Promise<{ exec: object; runs: () => Promise<number> }> {
  const file = join(directory, name);
  await writeFile(file, `#!/bin/sh\necho run >> "${file}.runs"\n${body}\n`);
  await chmod(file, 0o755);
  return {
    exec: { command: `./${name}`, args: ['--secret=abc'], env: [{ name: 'GREETING', value: 'hello' }] },
    runs: async () => (await readFile(`${file}.runs`, 'utf8')).split('\n').length - 1,
  };
}

describe('credentials', () => {
  it('sends a token, a user with password, or nothing', async () => {
    expect(await credentials({ token: 't' }).headers()).toEqual({ authorization: 'Bearer t' });
    expect(await credentials({ username: 'ann', password: 'pw' }).headers()).toEqual({
      authorization: `Basic ${Buffer.from('ann:pw').toString('base64')}`,
    });
    expect(await credentials({}).headers()).toEqual({});
  });

  it('reads a token file again when it may have been rotated, and prefers it to a token', async () => {
    let now = 0;
    await writeFile(join(directory, 'token'), 'first\n');
    const opened = credentials({ tokenFile: 'token', token: 'old' }, () => now);
    expect(await opened.headers()).toEqual({ authorization: 'Bearer first' });
    await writeFile(join(directory, 'token'), 'second\n');
    expect(await opened.headers()).toEqual({ authorization: 'Bearer first' });
    now = 61_000;
    expect(await opened.headers()).toEqual({ authorization: 'Bearer second' });
  });

  it('says which token file is missing or empty', async () => {
    await writeFile(join(directory, 'empty'), ' \n');
    await expect(credentials({ tokenFile: 'gone' }).headers()).rejects.toThrow(
      `cannot read the token file ${join(directory, 'gone')}`,
    );
    await expect(credentials({ tokenFile: 'empty' }).headers()).rejects.toThrow(
      `the token file ${join(directory, 'empty')} is empty`,
    );
    expect(await credentials({ tokenFile: 'gone', token: 'static' }).headers()).toEqual({
      authorization: 'Bearer static',
    });
  });

  it('runs a plug-in once for requests that start together, and again when its token has expired', async () => {
    let now = Date.parse('2026-03-01T10:00:00Z');
    const { exec, runs } = await plugin(
      'dated',
      `echo '{"status":{"token":"'$GREETING'","expirationTimestamp":"2026-03-01T10:10:00Z"}}'`,
    );
    const opened = credentials({ exec }, () => now);
    expect(await Promise.all([opened.headers(), opened.headers(), opened.headers()])).toEqual(
      Array.from({ length: 3 }, () => ({ authorization: 'Bearer hello' })),
    );
    expect(await runs()).toBe(1);
    now = Date.parse('2026-03-01T10:09:31Z');
    await opened.headers();
    expect(await runs()).toBe(2);
  });

  it('keeps a token with an unreadable expiry for a while instead of asking for each request', async () => {
    const { exec, runs } = await plugin('undated', `echo '{"status":{"token":"t","expirationTimestamp":"soon"}}'`);
    const opened = credentials({ exec });
    await opened.headers();
    await opened.headers();
    expect(await runs()).toBe(1);
  });

  it('takes a client certificate from a plug-in', async () => {
    const { exec } = await plugin('cert', `echo '{"status":{"clientCertificateData":"C","clientKeyData":"K"}}'`);
    expect(await credentials({ exec }).certificate()).toEqual({ cert: 'C', key: 'K' });
    expect(await credentials({ exec }).headers()).toEqual({});
  });

  it.each([
    ['prints no JSON', 'echo hello', 'did not print an ExecCredential with a status'],
    ['prints another object', 'echo "{}"', 'did not print an ExecCredential with a status'],
    ['gives nothing', `echo '{"status":{}}'`, 'gave neither a token nor a client certificate'],
    ['fails', 'echo "please log in" >&2; exit 3', 'failed: please log in'],
    ['fails in silence', 'exit 3', 'failed: exit code 3'],
  ])('names a plug-in that %s, never its arguments', async (what, body, message) => {
    const { exec } = await plugin(what.replaceAll(' ', '-'), body);
    const error = await credentials({ exec })
      .headers()
      .catch((thrown: unknown) => thrown as Error & { code: string });
    expect(error).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining(message) as string });
    expect((error as Error).message).not.toContain('abc');
  });

  it('names a plug-in that is not installed', async () => {
    await expect(credentials({ exec: { command: 'headwater-no-such-login' } }).headers()).rejects.toThrow(
      'headwater-no-such-login of context dev failed: there is no such command',
    );
  });
});

describe('assertCertificateValid', () => {
  const { cert } = selfSigned({ from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-06-01T00:00:00Z') });

  it('accepts the time between, refuses before and after with the date', () => {
    expect(() => assertCertificateValid(cert, 'context dev', Date.parse('2026-03-01T00:00:00Z'))).not.toThrow();
    expect(() => assertCertificateValid(cert, 'context dev', Date.parse('2026-07-01T00:00:00Z'))).toThrow(
      'of context dev expired on 2026-06-01T00:00:00.000Z',
    );
    expect(() => assertCertificateValid(cert, 'context dev', Date.parse('2025-12-31T00:00:00Z'))).toThrow(
      'is not valid before 2026-01-01T00:00:00.000Z',
    );
  });

  it('refuses what is no certificate', () => {
    expect(() => assertCertificateValid('hello', 'context dev', 0)).toThrow(
      'the client certificate of context dev is not a PEM certificate',
    );
  });
});
