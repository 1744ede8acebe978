import { resolve } from 'node:path';
import type { Server as TlsServer } from 'node:tls';
import { type Actor, systemActor } from '@headwater/core/access/actor.ts';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import { createIntake } from '@headwater/engine/intake/record-signals.ts';
import { createFirstAdmin, type FirstAdmin } from '@headwater/engine/people/first-admin.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import { currentActor } from '@headwater/engine/stream/current-actor.ts';
import { openEventFeed } from '@headwater/engine/stream/event-feed.ts';
import type { FastifyInstance } from 'fastify';
import { identifyBy } from '../auth/identify.ts';
import { openPeople, type People } from '../auth/people.ts';
import { senderIdentifier } from '../auth/identify-sender.ts';
import type { Settings } from '../config/settings.ts';
import { operationRoutes } from '../http/operations/routes.ts';
import { ROUTES } from '../http/routes.ts';
import { buildServer, type ServerDeps } from '../http/server.ts';
import type { Services } from '../http/services.ts';
import { orByTicket } from '../http/stream/identify-ticket.ts';
import { createMetrics, type MetricsRegistry } from '../observability/metrics.ts';
import { measureThread } from '../observability/thread-metrics.ts';
import { VERSION } from '../version.ts';
import type { ServerWiring } from '../wiring/server.ts';
import { type ClusterConfig, clusterConfigs, defaultClusterName } from '../worker/cluster-configs.ts';
import { startWorker, type WorkerThread } from '../worker/start-worker.ts';
import { addressOf } from './address.ts';
import { CleanUp } from './clean-up.ts';
import { openStoreWhenThere } from './open-store.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { openRemediators } from './remediators.ts';
import { renewTls } from './renew-tls.ts';
import { stopHttp } from './stop-http.ts';
import { tlsOptions } from './tls.ts';

export interface StartOptions {
  readonly settings: Settings;
  readonly wiring: ServerWiring;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the waiting for a database that does not come. */
  readonly signal: AbortSignal;
}

/** A server that runs. */
export interface RunningServer {
  /** The address to type into a browser of this machine. */
  readonly url: string;
  /** Made by this start; its one-time password is kept nowhere. */
  readonly firstAdmin: FirstAdmin | null;
  /** Where the embedded database is; null with a database of one's own. */
  readonly dataDirectory: string | null;
  /** Finishes what runs, within the settings' time; true when nothing had to be cut off. */
  stop(): Promise<boolean>;
}

/** Starts everything the roles ask for; what was started is stopped again when a later part fails. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const cleanUp = new CleanUp(options.log);
  try {
    return await assemble(options, cleanUp);
  } catch (error) {
    await cleanUp.run();
    throw error;
  }
}

async function assemble(options: StartOptions, cleanUp: CleanUp): Promise<RunningServer> {
  const { settings, wiring, log, env } = options;
  const { server } = settings;
  const tls = tlsOptions(server);
  const clusters = clusterConfigs(settings, { env, nameOf: wiring.clusterName });
  const metrics = createMetrics({ process: true });
  metrics.set('headwater_build_info', { version: VERSION, node: process.versions.node }, 1);

  const database = await openStoreWhenThere(options);
  cleanUp.add('database', () => database.close());
  measureThread(metrics, 'api', database.pool);
  const { store } = database;
  const { passwords, secrets, now, newId } = wiring;
  const people = await openPeople({ store, settings: settings.auth, passwords, secrets, now, newId });
  const readiness = createReadiness({ probe: () => database.probe(), now });

  const closing = new AbortController();
  const wake = wiring.openWake(database.address, log);
  cleanUp.add('wake', () => wake.close());
  const feed = await openEventFeed({ events: store.events, wake, log, metrics });
  cleanUp.add('event feed', () => feed.close());
  const worker = server.roles.includes('worker')
    ? workerOf(options, { clusters, metrics, database: database.address })
    : null;
  if (worker) cleanUp.add('worker', () => worker.stop(server.shutdownTimeout));
  const defaultCluster = defaultClusterName(settings, clusters);
  const intake = createIntake({
    store,
    metrics,
    defaultCluster,
    newId,
    elapsed: wiring.monotonic,
    maxWaitingAlerts: settings.intake.maxWaitingAlerts,
  });
  cleanUp.add('intake', () => intake.queue.close());
  const remediators = openRemediators(clusters, settings.actions.writeActions, (config) =>
    wiring.openRemediator(config, env),
  );
  cleanUp.add('remediators', () => remediators.close());
  metrics.beforeReading(async () => {
    for (const { name, waiting, active, dead } of await database.jobs.admin.depths())
      for (const [state, count] of Object.entries({ waiting, active, dead }))
        metrics.set('headwater_jobs', { queue: name, state }, count);
  });

  const services: Services = {
    settings,
    log,
    people,
    metrics,
    readMetrics: [() => metrics.read(), ...(worker ? [() => worker.readMetrics()] : [])],
    readiness,
    streams: {
      feed,
      closing: closing.signal,
      currentActor: (actor: Actor) => currentActor(store, actor, now()),
      monotonic: wiring.monotonic,
    },
    startedAt: now(),
    intake,
    worker,
    defaultCluster,
    remediator: remediators.of,
  };
  const app = await buildServer({ ...depsOf(options, { store, people, services }), tls });
  cleanUp.add('http', () => app.close());
  await listen(app, server);
  if (tls) cleanUp.add('TLS', await renewal(app, server, log));
  // Last of all: its password is shown once, so nothing after it may fail.
  const firstAdmin = await makeFirstAdmin(options, store, people);
  log.info({ address: addressOf(app, server), roles: server.roles, version: VERSION }, 'the server is listening');
  return {
    url: addressOf(app, server),
    firstAdmin,
    dataDirectory: settings.store.databaseUrl === undefined ? resolve(settings.store.dataDir) : null,
    stop: () => stopAll({ app, readiness, closing, cleanUp, settings, log }),
  };
}

async function listen(app: FastifyInstance, { host, port }: Settings['server']): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw new AppError('unavailable', `cannot listen on ${host}, port ${port}: ${messageOf(error)}`, { cause: error });
  }
}

async function renewal(app: FastifyInstance, server: Settings['server'], log: Log): Promise<() => Promise<void>> {
  const files = [server.tlsCertFile, server.tlsKeyFile, server.tlsClientCaFile].filter((file) => file !== undefined);
  // With TLS options the server was made by node:https.
  const tlsServer = app.server as unknown as TlsServer;
  const stop = await renewTls({ server: tlsServer, files, read: () => tlsOptions(server), log });
  return () => Promise.resolve(stop());
}

interface Stopping {
  readonly app: FastifyInstance;
  readonly readiness: Readiness;
  readonly closing: AbortController;
  readonly cleanUp: CleanUp;
  readonly settings: Settings;
  readonly log: Log;
}

async function stopAll({ app, readiness, closing, cleanUp, settings, log }: Stopping): Promise<boolean> {
  const { shutdownDelay, shutdownTimeout } = settings.server;
  log.info({}, 'the server is stopping');
  readiness.stopping();
  // Balancers learn from readiness that this process goes; until they have, requests still come and are answered.
  await new Promise((resolve_) => setTimeout(resolve_, shutdownDelay));
  closing.abort();
  const allEnded = await stopHttp(app, shutdownTimeout);
  if (!allEnded) log.warn({ shutdownTimeout }, 'requests that did not end in time were cut off');
  const clean = await cleanUp.run();
  log.info({}, 'the server has stopped');
  return allEnded && clean;
}

interface Assembled {
  readonly store: Store;
  readonly people: People;
  readonly services: Services;
}

function depsOf({ settings, wiring }: StartOptions, { store, people, services }: Assembled): ServerDeps {
  const { now, newId, secrets } = wiring;
  const { authenticator } = people;
  const identifySender = senderIdentifier({ authenticator, settings: settings.intake });
  const allRoutes = settings.server.roles.includes('api') ? ROUTES : operationRoutes(() => ROUTES);
  return {
    routes: allRoutes,
    services,
    identify: orByTicket(identifyBy({ authenticator, identifySender }), { store, secrets, now }),
    contextFor: (caller): VerbContext => ({ ...caller, store, now, newId }),
    newRequestId: () => newId('req'),
    page: settings.server.roles.includes('api') ? pageDirectory(settings) : undefined,
  };
}

function pageDirectory({ server }: Settings): string {
  return server.pageDir ?? resolve(import.meta.dirname, '../../../web/dist');
}

function makeFirstAdmin({ settings, wiring }: StartOptions, store: Store, people: People): Promise<FirstAdmin | null> {
  const { now, newId } = wiring;
  const { adminUsername: login, adminPassword: password } = settings.auth;
  const ctx: VerbContext = { store, actor: systemActor, now, newId, requestId: null, remoteAddress: null };
  return createFirstAdmin(ctx, people, { login, password });
}

interface WorkerParts {
  readonly clusters: readonly ClusterConfig[];
  readonly metrics: MetricsRegistry;
  readonly database: Parameters<typeof startWorker>[0]['data']['database'];
}

function workerOf({ settings, log }: StartOptions, { clusters, metrics, database }: WorkerParts): WorkerThread {
  const data = { settings, clusters, database, version: VERSION };
  return startWorker({ entry: new URL('../wiring/worker.ts', import.meta.url), data, log, metrics });
}
