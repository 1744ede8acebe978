import type { Actor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { SecretMaker } from '@headwater/engine/ports/credentials.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import { redeemStreamTicket } from '@headwater/engine/stream/tickets.ts';
import type { FastifyRequest } from 'fastify';
import type { ServerDeps } from '../server.ts';

export interface TicketOptions {
  readonly store: Store;
  readonly secrets: Pick<SecretMaker, 'hashOf'>;
  readonly now: () => Millis;
}

/** Identifies as given, but by the one-time ticket where a route takes one and a request shows one. */
export function orByTicket(
  identify: ServerDeps['identify'],
  { store, secrets, now }: TicketOptions,
): ServerDeps['identify'] {
  return async (request, access) => {
    const ticket = request.routeOptions.config.ticket ? ticketOf(request) : undefined;
    if (ticket === undefined) return identify(request, access);
    const actor: Actor | null = await redeemStreamTicket(store, secrets.hashOf(ticket), now());
    if (actor) return actor;
    throw new AppError('unauthenticated', 'the stream ticket was used, is over, or was never given');
  };
}

function ticketOf(request: FastifyRequest): string | undefined {
  const { ticket } = request.query as { readonly ticket?: unknown };
  return typeof ticket === 'string' ? ticket : undefined;
}
