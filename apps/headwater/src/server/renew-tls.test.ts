import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '@headwater/testkit/certificates.ts';
import { until } from '@headwater/testkit/fake-server.ts';
import { afterAll, expect, it } from 'vitest';
import { defaultSettings } from '../config/defaults.ts';
import { renewTls } from './renew-tls.ts';
import { tlsOptions } from './tls.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-tls-'));
const cert = join(folder, 'tls.crt');
const key = join(folder, 'tls.key');
afterAll(() => rmSync(folder, { recursive: true }));

function pair(): ReturnType<typeof selfSigned> {
  return selfSigned({ from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 3_600_000) });
}

function write({ cert: certificate, key: privateKey }: ReturnType<typeof selfSigned>): void {
  writeFileSync(cert, certificate);
  writeFileSync(key, privateKey);
}

function fingerprint(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    }).on('error', reject);
  });
}

it('takes a renewed certificate into use, and keeps the old one while the new is half written', async () => {
  write(pair());
  const settings = { ...defaultSettings().server, tlsCertFile: cert, tlsKeyFile: key };
  const server = createServer(tlsOptions(settings) ?? {}, (socket) => socket.end()).listen(0, '127.0.0.1');
  await until(() => server.listening);
  const { port } = server.address() as AddressInfo;
  const told: string[] = [];
  const say = (_: object, message: string): void => void told.push(message);
  const log = { info: say, warn: say, error: say };
  const stop = await renewTls({ server, files: [cert, key], read: () => tlsOptions(settings), log, everyMs: 10 });
  const before = await fingerprint(port);

  writeFileSync(cert, 'half');
  await until(() => told.some((message) => message.includes('the old one stays')));
  expect(await fingerprint(port)).toBe(before);

  write(pair());
  await until(() => told.at(-1) === 'the renewed certificate is in use');
  expect(await fingerprint(port)).not.toBe(before);
  stop();
  server.close();
});

it('names the file that cannot be used', () => {
  const { server } = defaultSettings();
  expect(tlsOptions(server)).toBeUndefined();
  const missing = { ...server, tlsCertFile: join(folder, 'nowhere'), tlsKeyFile: key };
  expect(() => tlsOptions(missing)).toThrow(/HEADWATER_TLS_CERT_FILE: cannot read .*nowhere/);
  writeFileSync(join(folder, 'text'), 'no certificate');
  expect(() => tlsOptions({ ...missing, tlsCertFile: join(folder, 'text') })).toThrow(/holds no PEM/);
});
