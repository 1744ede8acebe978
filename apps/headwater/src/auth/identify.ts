import type { Actor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../http/route.ts';
import type { Authenticator } from './authenticator.ts';

/** What one may still do before the password is changed. */
const BEFORE_CHANGE: ReadonlySet<string> = new Set(['getMe', 'changePassword']);

export interface IdentifyOptions {
  readonly authenticator: Authenticator;
  /** Who sends alerts may be known by other means than our tokens. */
  readonly identifySender: (request: FastifyRequest) => Promise<Actor>;
}

/** The actor of a request, or `unauthenticated`; `forbidden` before the password is changed. What it may do is asked later. */
export function identifyBy({ authenticator, identifySender }: IdentifyOptions) {
  return async (request: FastifyRequest, access: Exclude<Access, 'public'>): Promise<Actor> => {
    if (access === 'intake') return identifySender(request);
    const actor = await authenticator.authenticate({ authorization: request.headers.authorization });
    if (!actor) throw new AppError('unauthenticated', 'expected `Authorization: Bearer` with a token that is good');
    if (actor.mustChangePassword && !BEFORE_CHANGE.has(request.routeOptions.config.operationId ?? ''))
      throw new AppError('forbidden', 'the password must be changed first', { details: { mustChangePassword: true } });
    return actor;
  };
}
