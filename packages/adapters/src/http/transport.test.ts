import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from '@headwater/testkit/certificates.ts';
import { fakeServer } from '@headwater/testkit/fake-server.ts';
import { describe, expect, it } from 'vitest';
import { openTransport, type TransportOptions } from './transport.ts';

function transport(url: string, options: Partial<TransportOptions> = {}) {
  return openTransport({ url, peer: 'the server', timeoutMs: 2_000, maxBytes: 1_000, ...options });
}

describe('transport', () => {
  it('asks anew for its headers and sends the query without undefined values', async () => {
    await using server = await fakeServer(() => ({ fine: true }));
    let token = 0;
    const opened = transport(server.url, { headers: () => Promise.resolve({ authorization: `Bearer ${++token}` }) });
    expect(await opened.text({ path: '/a', query: { x: 1, y: undefined, z: 'a b' } })).toMatchObject({
      status: 200,
      text: '{"fine":true}',
    });
    await opened.text({ path: '/a' });
    await opened.close();
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
    expect(server.asked[0]?.query.toString()).toBe('x=1&z=a+b');
  });

  it('stops reading at the byte budget', async () => {
    await using server = await fakeServer(({ response }) => void response.end('x'.repeat(1_001)));
    await expect(transport(server.url).text({ path: '/' })).rejects.toMatchObject({
      code: 'limit',
      message: `the server at ${server.url} answered more than 1000 bytes`,
    });
    expect((await transport(server.url, { maxBytes: 1_001 }).text({ path: '/' })).text).toHaveLength(1_001);
  });

  it('stops waiting at the time budget, before the answer and in the middle of it', async () => {
    await using silent = await fakeServer(() => undefined);
    await using stuck = await fakeServer(({ response }) => void response.write('half'));
    for (const { url } of [silent, stuck]) {
      await expect(transport(url, { timeoutMs: 30 }).text({ path: '/' })).rejects.toMatchObject({
        code: 'unavailable',
        message: `the server at ${url} did not answer within 30 ms`,
      });
    }
  });

  it('says that a connection closed in mid-answer, that nothing listens, that a name does not resolve', async () => {
    await using server = await fakeServer(({ response }) => {
      response.write('half', () => response.destroy());
    });
    await expect(transport(server.url).text({ path: '/' })).rejects.toThrow(
      /the connection was (closed in the middle of an answer|reset)/,
    );
    await expect(transport('http://127.0.0.1:1').text({ path: '/' })).rejects.toThrow(
      'connection refused; nothing listens there',
    );
  });

  it.each([
    ['self-signed', { from: '2020-01-01', to: '2090-01-01' }, false, 'its certificate is self-signed; give its CA'],
    [
      'expired',
      { from: '2020-01-01', to: '2021-01-01' },
      true,
      'its certificate has expired; renew it, or check the clock of this machine',
    ],
    [
      'not yet valid',
      { from: '2080-01-01', to: '2090-01-01' },
      true,
      'its certificate is not valid yet; check the clock of this machine',
    ],
  ])('names a server certificate that is %s', async (_, { from, to }, trusted, message) => {
    const pair = selfSigned({ from: new Date(from), to: new Date(to) });
    const server = createServer(pair, (__, response) => response.end('{}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const asked = transport(url, { tls: { ca: trusted ? pair.cert : undefined } }).text({ path: '/' });
    await expect(asked).rejects.toMatchObject({
      retryable: false,
      message: `cannot trust the server at ${url}: ${message}`,
    });
    expect((await transport(url, { tls: { verify: false } }).text({ path: '/' })).status).toBe(200);
    server.close();
    server.closeAllConnections();
  });

  it('names a certificate for another host', async () => {
    const pair = selfSigned({ from: new Date('2020-01-01'), to: new Date('2090-01-01') });
    const server = createServer(pair, (_, response) => response.end('{}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(
      transport(url, { tls: { ca: pair.cert, serverName: 'other.example' } }).text({ path: '/' }),
    ).rejects.toThrow('its certificate is for another host name');
    server.close();
  });
});
