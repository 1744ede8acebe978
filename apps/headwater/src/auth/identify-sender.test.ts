import { TLSSocket } from 'node:tls';
import type { Actor, Role } from '@headwater/core/access/actor.ts';
import type { AppError } from '@headwater/core/errors.ts';
import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import type { Authenticator } from './authenticator.ts';
import { senderIdentifier, type SenderOptions } from './identify-sender.ts';

function actor(name: string, role: Role): Actor {
  return { kind: 'token', id: name, name, bindings: [{ role, cluster: '*', namespace: '*' }] };
}

const TOKENS: Readonly<Record<string, Actor>> = {
  hwt_sender: actor('am', 'sender'),
  hwt_viewer: actor('viewer', 'viewer'),
};
const authenticator: Authenticator = {
  authenticate: ({ authorization }) =>
    Promise.resolve(authorization === 'Bearer person' ? actor('person', 'admin') : null),
  byApiToken: (secret) => Promise.resolve(TOKENS[secret] ?? null),
  forget: () => {},
};

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function who(
  headers: Record<string, string>,
  settings: Partial<SenderOptions['settings']> = {},
  socket: unknown = null,
): Promise<string> {
  const identify = senderIdentifier({
    authenticator,
    settings: { token: 'fixed secret', username: undefined, header: 'X-Token', clientNames: [], ...settings },
  });
  const request = { headers, raw: { socket } } as unknown as FastifyRequest;
  return identify(request).then(
    ({ name }) => name,
    (error: AppError) => error.code,
  );
}

it.each([
  [{ authorization: 'Bearer hwt_sender' }, 'am'],
  [{ authorization: 'bearer  hwt_sender ' }, 'am'],
  [{ authorization: 'Bearer person' }, 'person'],
  [{ authorization: basic('anyone', 'hwt_sender') }, 'am'],
  [{ authorization: basic('anyone', 'fixed secret') }, 'configured token'],
  [{ 'x-token': 'fixed secret' }, 'configured token'],
  [{ 'x-token': 'hwt_sender' }, 'am'],
  [{ authorization: 'Bearer hwt_viewer' }, 'forbidden'],
  [{}, 'unauthenticated'],
  [{ authorization: 'Bearer wrong' }, 'unauthenticated'],
  [{ authorization: basic('anyone', 'wrong') }, 'unauthenticated'],
  [{ authorization: 'Basic !!!' }, 'unauthenticated'],
  [{ authorization: `Basic ${Buffer.from('nocolon').toString('base64')}` }, 'unauthenticated'],
  [{ 'x-token': '' }, 'unauthenticated'],
  [{ 'x-token': 'wrong', authorization: 'Bearer hwt_sender' }, 'unauthenticated'],
])('takes %j for %s', async (headers, expected) => {
  expect(await who(headers as Record<string, string>)).toBe(expected);
});

it('asks for the configured user name when there is one', async () => {
  expect(await who({ authorization: basic('am', 'fixed secret') }, { username: 'am' })).toBe('configured token');
  expect(await who({ authorization: basic('other', 'fixed secret') }, { username: 'am' })).toBe('unauthenticated');
});

it('knows no fixed secret when none is configured', async () => {
  for (const secret of ['', 'undefined', 'fixed secret']) {
    expect(await who({ authorization: basic('', secret) }, { token: undefined })).toBe('unauthenticated');
  }
});

it('believes a client certificate that was verified and is listed', async () => {
  const socket = (authorized: boolean): TLSSocket =>
    Object.assign(Object.create(TLSSocket.prototype) as TLSSocket, {
      authorized,
      getPeerCertificate: () => ({ subject: { CN: 'am-1' }, subjectaltname: 'DNS:am.example, IP Address:10.0.0.1' }),
    });
  expect(await who({}, { clientNames: ['am-1'] }, socket(true))).toBe('am-1');
  expect(await who({}, { clientNames: ['am.example'] }, socket(true))).toBe('am.example');
  expect(await who({}, { clientNames: ['*'] }, socket(true))).toBe('am-1');
  expect(await who({}, { clientNames: ['other'] }, socket(true))).toBe('unauthenticated');
  expect(await who({}, { clientNames: ['am-1'] }, socket(false))).toBe('unauthenticated');
  expect(await who({}, {}, socket(true))).toBe('unauthenticated');
});
