import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@headwater/core/errors.ts';
import { DAY } from '@headwater/core/time.ts';
import { selfSigned } from '@headwater/testkit/certificates.ts';
import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { defaultSettings } from '../config/defaults.ts';
import { tlsOptions } from '../server/tls.ts';
import type { Authenticator } from './authenticator.ts';
import { senderIdentifier } from './identify-sender.ts';

const validity = { from: new Date(Date.now() - DAY), to: new Date(Date.now() + DAY) };
const [server, known, stranger] = [selfSigned(validity), selfSigned(validity), selfSigned(validity)];
const nobody: Authenticator = {
  authenticate: () => Promise.resolve(null),
  byApiToken: () => Promise.resolve(null),
  forget: () => {},
};

async function ask(client: { cert: string; key: string } | null, clientNames: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-tls-'));
  const files = {
    tlsCertFile: join(folder, 'cert'),
    tlsKeyFile: join(folder, 'key'),
    tlsClientCaFile: join(folder, 'ca'),
  };
  await writeFile(files.tlsCertFile, server.cert);
  await writeFile(files.tlsKeyFile, server.key);
  await writeFile(files.tlsClientCaFile, known.cert);
  const defaults = defaultSettings();
  const identify = senderIdentifier({ authenticator: nobody, settings: { ...defaults.intake, clientNames } });
  const app = createServer(tlsOptions({ ...defaults.server, ...files }) ?? {}, (incoming, answer) => {
    const from = { headers: incoming.headers, raw: incoming } as unknown as FastifyRequest;
    identify(from).then(
      ({ id }) => answer.end(id),
      (error: unknown) => answer.end(error instanceof AppError ? error.code : String(error)),
    );
  });
  await new Promise<void>((done) => app.listen(0, '127.0.0.1', done));
  try {
    const { port } = app.address() as AddressInfo;
    const agent = new Agent({ ca: server.cert, ...client });
    return await new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, agent }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve(text));
      });
      sent.on('error', reject).end();
    });
  } finally {
    app.close();
    app.closeAllConnections();
    await rm(folder, { recursive: true });
  }
}

it('takes a client certificate of a trusted authority for its name', async () => {
  expect(await ask(known, ['localhost'])).toBe('certificate:localhost');
  expect(await ask(known, ['*'])).toBe('certificate:localhost');
});

it('asks for something else when the name is not listed, the authority not trusted, or there is no certificate', async () => {
  expect(await ask(known, ['other'])).toBe('unauthenticated');
  expect(await ask(stranger, ['*'])).toBe('unauthenticated');
  expect(await ask(null, ['*'])).toBe('unauthenticated');
});
