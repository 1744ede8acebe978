import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inClusterAccess, parseKubeconfig, readKubeconfig } from './kubeconfig.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headwater-kubeconfig-'));
  await writeFile(join(directory, 'ca.pem'), 'CA FILE');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Parts {
  readonly cluster?: object;
  readonly user?: object | null;
  readonly extra?: object;
}

function config({ cluster = {}, user = {}, extra = {} }: Parts = {}): string {
  return JSON.stringify({
    'current-context': 'dev',
    clusters: [
      { name: 'c1', cluster: { server: 'https://one:6443/', ...cluster } },
      { name: 'c2', cluster: { server: 'https://two' } },
    ],
    users: [{ name: 'u1', user }],
    contexts: [
      { name: 'dev', context: { cluster: 'c1', user: 'u1', namespace: 'shop' } },
      { name: 'prod', context: { cluster: 'c2', user: 'u1' } },
    ],
    ...extra,
  });
}

function messageFor(content: string, context?: string): string {
  try {
    parseKubeconfig(content, join(directory, 'config'), context);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

describe('kubeconfig', () => {
  it('takes the current context, or the one that is named', () => {
    expect(parseKubeconfig(config(), '/x/config')).toMatchObject({
      name: 'dev',
      server: 'https://one:6443',
      namespace: 'shop',
      verify: true,
    });
    expect(parseKubeconfig(config(), '/x/config', 'prod')).toMatchObject({
      name: 'prod',
      server: 'https://two',
      namespace: null,
    });
  });

  it.each([
    [
      'no current context',
      config({ extra: { 'current-context': undefined } }),
      undefined,
      'no current-context is set; choose one with --context (dev, prod)',
    ],
    ['an unknown context', config(), 'stage', 'no context stage; there is dev, prod'],
    [
      'an undefined cluster',
      config({ extra: { clusters: null } }),
      undefined,
      'context dev names cluster c1, which is not defined; there is none',
    ],
    [
      'an undefined user',
      config({ extra: { users: [] } }),
      undefined,
      'context dev names user u1, which is not defined',
    ],
    [
      'a server without a scheme',
      config({ cluster: { server: 'one:6443' } }),
      undefined,
      'the server of cluster c1 is "one:6443"; expected https://HOST:PORT',
    ],
    [
      'a certificate without its key',
      config({ user: { 'client-certificate-data': 'QQ==' } }),
      undefined,
      'user u1 has a client certificate without a key',
    ],
    [
      'a key without its certificate',
      config({ user: { 'client-key-data': 'QQ==' } }),
      undefined,
      'user u1 has a client key without a certificate',
    ],
    [
      'a file that is missing',
      config({ cluster: { 'certificate-authority': 'gone.pem' } }),
      undefined,
      'gone.pem cannot be read',
    ],
    [
      'a wrong type',
      config({ extra: { contexts: [{ name: 'dev', context: { cluster: 7, user: 'u1' } }] } }),
      undefined,
      'contexts.0.context.cluster',
    ],
    ['text that is no YAML', 'a: [', undefined, 'is not YAML'],
    ['an empty file', '', undefined, 'no current-context is set; choose one with --context (none)'],
  ])('says what is wrong with %s', (_, content, context, message) => {
    expect(messageFor(content, context)).toContain(message);
    expect(messageFor(content, context)).toContain(join(directory, 'config'));
  });

  it('finds files and plug-ins relative to itself, a bare command on PATH', async () => {
    const file = join(directory, 'config');
    await writeFile(
      file,
      config({
        cluster: { 'certificate-authority': 'ca.pem' },
        user: { tokenFile: 'token', exec: { command: './login' } },
      }),
    );
    expect(readKubeconfig(file)).toMatchObject({
      ca: 'CA FILE',
      tokenFile: join(directory, 'token'),
      exec: { command: join(directory, 'login') },
    });
    expect(parseKubeconfig(config({ user: { exec: { command: 'login' } } }), file).exec?.command).toBe('login');
  });

  it('prefers data fields over files', () => {
    const access = parseKubeconfig(
      config({
        cluster: {
          'certificate-authority': 'gone.pem',
          'certificate-authority-data': Buffer.from('CA DATA').toString('base64'),
        },
      }),
      '/x/config',
    );
    expect(access.ca).toBe('CA DATA');
  });

  it('allows a user without credentials, an empty token, and no verification', () => {
    const access = parseKubeconfig(
      config({ cluster: { 'insecure-skip-tls-verify': true, 'tls-server-name': 'api' }, user: null }),
      '/x/config',
    );
    expect(access).toMatchObject({ verify: false, serverName: 'api', token: undefined, basic: undefined });
    expect(parseKubeconfig(config({ user: { token: '' } }), '/x/config').token).toBeUndefined();
  });

  it('names the file that cannot be read', () => {
    expect(() => readKubeconfig(join(directory, 'nowhere'))).toThrow(
      `cannot read kubeconfig ${join(directory, 'nowhere')}`,
    );
  });

  it('is not inside a cluster without the variables of a Pod', () => {
    expect(inClusterAccess({})).toBeNull();
  });
});
