import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { selfSigned } from '@headwater/testkit/certificates.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, resolveAccess } from './connect.ts';

function config(name: string, user: object = {}): string {
  return JSON.stringify({
    'current-context': name,
    clusters: [{ name: 'c', cluster: { server: 'https://one' } }],
    users: [{ name: 'u', user }],
    contexts: [name, 'other'].map((context) => ({ name: context, context: { cluster: 'c', user: 'u' } })),
  });
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headwater-connect-'));
  await mkdir(join(directory, '.kube'));
  await writeFile(join(directory, '.kube/config'), config('home'));
  await writeFile(join(directory, 'listed'), config('listed'));
  await writeFile(join(directory, 'given'), config('given'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const clock = (): number => Date.parse('2026-03-01T00:00:00Z');

describe('resolveAccess', () => {
  it('prefers text, then the given file, then KUBECONFIG, then the home directory', () => {
    const env = { KUBECONFIG: `:${join(directory, 'listed')}:/nowhere`, HOME: directory };
    const kubeconfig = join(directory, 'given');
    expect(resolveAccess({ kubeconfigText: config('text'), kubeconfig, env, clock }).name).toBe('text');
    expect(resolveAccess({ kubeconfig, env, clock }).name).toBe('given');
    expect(resolveAccess({ env, clock }).name).toBe('listed');
    expect(resolveAccess({ env: { HOME: directory }, clock }).name).toBe('home');
    expect(resolveAccess({ env: { USERPROFILE: directory }, context: 'other', clock }).name).toBe('other');
  });

  it('merges the files of KUBECONFIG: the first that says something wins, paths belong to their file', async () => {
    const second = JSON.stringify({
      'current-context': 'never',
      contexts: [{ name: 'extra', context: { cluster: 'c', user: 'robot' } }],
      users: [
        { name: 'robot', user: { tokenFile: 'token' } },
        { name: 'u', user: { token: 'shadowed' } },
      ],
    });
    await mkdir(join(directory, 'more'), { recursive: true });
    await writeFile(join(directory, 'more/config'), second);
    const env = { KUBECONFIG: ['/nowhere', join(directory, 'listed'), join(directory, 'more/config')].join(delimiter) };
    expect(resolveAccess({ env, clock })).toMatchObject({ name: 'listed', token: undefined });
    expect(resolveAccess({ env, context: 'extra', clock })).toMatchObject({
      name: 'extra',
      server: 'https://one',
      tokenFile: join(directory, 'more/token'),
    });
    expect(() => resolveAccess({ env, context: 'none', clock })).toThrow(
      'no context none; there is listed, other, extra',
    );
    expect(() => resolveAccess({ env: { KUBECONFIG: '/nowhere:/neither' }, clock })).toThrow(
      'cannot read kubeconfig /nowhere',
    );
  });

  it('says how to configure a cluster when there is nothing to go by', () => {
    expect(() => resolveAccess({ env: {}, clock })).toThrow('set KUBECONFIG or give --kubeconfig FILE');
    expect(() => resolveAccess({ env: { HOME: '/nowhere' }, clock })).toThrow(
      'cannot read kubeconfig /nowhere/.kube/config',
    );
  });
});

describe('connect', () => {
  it('refuses an expired client certificate before it asks anything', async () => {
    const { cert, key } = selfSigned({ from: new Date('2025-01-01T00:00:00Z'), to: new Date('2025-02-01T00:00:00Z') });
    const encode = (text: string): string => Buffer.from(text).toString('base64');
    const options = {
      kubeconfigText: config('dev', { 'client-certificate-data': encode(cert), 'client-key-data': encode(key) }),
      env: {},
      clock,
    };
    await expect(connect(resolveAccess(options), options)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
