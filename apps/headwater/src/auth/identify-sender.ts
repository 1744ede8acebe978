import { createHash, timingSafeEqual } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { type Actor, EVERYWHERE } from '@headwater/core/access/actor.ts';
import { allows } from '@headwater/core/access/permissions.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.ts';
import type { Authenticator } from './authenticator.ts';

export interface SenderOptions {
  readonly authenticator: Authenticator;
  readonly settings: Pick<Settings['intake'], 'token' | 'username' | 'header' | 'clientNames'>;
}

/**
 * Finds out who sends alerts, by what Alertmanager can be configured to send: a bearer token, basic credentials, a fixed
 * header or a client certificate. Throws `unauthenticated`, or `forbidden` for whoever may not send alerts anywhere.
 */
export function senderIdentifier(options: SenderOptions): (request: FastifyRequest) => Promise<Actor> {
  const { authenticator, settings } = options;
  const fixed = settings.token === undefined ? null : digest(settings.token);

  async function bySecret(secret: string): Promise<Actor | null> {
    if (fixed && timingSafeEqual(digest(secret), fixed)) return sender('intake-token', 'configured token');
    return authenticator.byApiToken(secret);
  }

  async function find(request: FastifyRequest): Promise<Actor | null> {
    const { authorization } = request.headers;
    const header = request.headers[settings.header.toLowerCase()];
    if (typeof header === 'string' && settings.header.toLowerCase() !== 'authorization') return bySecret(header.trim());
    const basic = basicOf(authorization);
    if (basic) {
      const named =
        settings.username === undefined || timingSafeEqual(digest(basic.username), digest(settings.username));
      return named ? bySecret(basic.password) : null;
    }
    const bearer = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (bearer !== undefined) return (await bySecret(bearer)) ?? authenticator.authenticate({ authorization });
    return byCertificate(request, settings.clientNames);
  }

  return async (request) => {
    const actor = await find(request);
    if (!actor)
      throw new AppError(
        'unauthenticated',
        `expected a token that may send alerts: as bearer, as basic password or in ${settings.header}`,
      );
    const decision = allows(actor, 'signals.send');
    if (!decision.allowed)
      throw new AppError('forbidden', decision.reason, { details: { permission: 'signals.send' } });
    return actor;
  };
}

function sender(id: string, name: string): Actor {
  return { kind: 'token', id, name, bindings: [{ role: 'sender', cluster: EVERYWHERE, namespace: EVERYWHERE }] };
}

// Digests have one length, so comparing them tells nothing of the secret's.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function basicOf(authorization: string | undefined): { username: string; password: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function byCertificate(request: FastifyRequest, allowed: readonly string[]): Actor | null {
  const { socket } = request.raw;
  if (allowed.length === 0 || !(socket instanceof TLSSocket) || !socket.authorized) return null;
  const certificate = socket.getPeerCertificate();
  const dnsNames = (certificate.subjectaltname ?? '').split(', ').flatMap((name) => /^DNS:(.+)$/.exec(name)?.[1] ?? []);
  const commonName = [certificate.subject?.CN ?? []].flat();
  const names = [...commonName, ...dnsNames];
  const name = allowed.includes('*')
    ? (names[0] ?? 'client certificate')
    : names.find((candidate) => allowed.includes(candidate));
  return name === undefined ? null : sender(`certificate:${name}`, name);
}
