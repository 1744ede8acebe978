import { type Actor, systemActor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import { silentLog } from '@headwater/engine/ports/log.ts';
import { silentMetrics } from '@headwater/engine/ports/metrics.ts';
import type { FastifyInstance } from 'fastify';
import { defaultSettings } from '../config/defaults.ts';
import type { Settings } from '../config/settings.ts';
import type { Route } from './route.ts';
import { buildServer, type ServerDeps } from './server.ts';
import type { Services } from './services.ts';

export interface TestServerOptions {
  readonly routes: readonly Route[];
  readonly store?: VerbContext['store'];
  /** Who every request comes from; null answers 401, as without a token. */
  readonly actor?: Actor | null;
  readonly services?: Partial<Services>;
  readonly now?: () => number;
  readonly newId?: (prefix: string) => string;
  readonly identify?: ServerDeps['identify'];
  readonly page?: string;
  /** Changes to the default settings of the server. */
  readonly server?: Partial<Settings['server']>;
}

/** The server around a few routes, for tests that call `inject`; ids count up and the clock stands still. */
export async function testServer(options: TestServerOptions): Promise<FastifyInstance> {
  const { actor = systemActor, now = () => Date.parse('2026-03-01T10:00:00Z') } = options;
  let count = 0;
  const newId = options.newId ?? ((prefix: string) => `${prefix}_${String(++count).padStart(26, '0')}`);
  const defaults = defaultSettings();
  const services: Partial<Services> = {
    settings: { ...defaults, server: { ...defaults.server, ...options.server } },
    log: silentLog,
    metrics: silentMetrics,
    readMetrics: [],
    readiness: { check: () => Promise.resolve([]), stopping: () => {} },
    startedAt: now(),
    ...options.services,
  };
  return buildServer({
    routes: options.routes,
    page: options.page,
    // A test gives the services its routes use; any other is a mistake of the test and fails there.
    services: services as Services,
    identify:
      options.identify ??
      (() =>
        actor ? Promise.resolve(actor) : Promise.reject(new AppError('unauthenticated', 'no token and no cookie'))),
    contextFor: (caller) => ({ ...caller, store: options.store as VerbContext['store'], now, newId }),
    newRequestId: () => newId('req'),
  });
}
