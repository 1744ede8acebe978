import { createHash } from 'node:crypto';
import { type Actor, type RoleBinding, systemActor } from '@headwater/core/access/actor.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import { createUser } from '@headwater/engine/people/create-user.ts';
import { createToken } from '@headwater/engine/people/tokens.ts';
import { createIntake } from '@headwater/engine/intake/record-signals.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import { silentMetrics } from '@headwater/engine/ports/metrics.ts';
import type { Passwords } from '@headwater/engine/ports/credentials.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import type { FastifyInstance } from 'fastify';
import { identifyBy } from '../auth/identify.ts';
import { senderIdentifier } from '../auth/identify-sender.ts';
import { openPeople, type People } from '../auth/people.ts';
import { REFRESH_COOKIE } from '../auth/refresh-cookie.ts';
import { defaultSettings } from '../config/defaults.ts';
import type { Settings } from '../config/settings.ts';
import { ROUTES } from '../http/routes.ts';
import type { Route } from '../http/route.ts';
import { testServer } from '../http/test-server.ts';
import { wire } from '../wiring.ts';

export interface TestAppOptions {
  readonly store: Store;
  readonly routes?: readonly Route[];
  readonly auth?: Partial<Settings['auth']>;
  readonly server?: Partial<Settings['server']>;
  readonly log?: Log;
  /** A directory with a built page. */
  readonly page?: string;
}

/** The whole server on a store, its clock moved by hand, with people and programs of any role. */
export interface TestApp {
  readonly app: FastifyInstance;
  readonly people: People;
  readonly settings: Settings;
  readonly clock: { now: number };
  /** A verb context of an actor; the system's own by default. */
  context(actor?: Actor): VerbContext;
  person(login: string, ...bindings: readonly RoleBinding[]): Promise<string>;
  /** An `authorization` header of an API token with these roles. */
  program(...bindings: readonly RoleBinding[]): Promise<{ readonly authorization: string }>;
  signIn(login: string, password?: string): Promise<TestSession>;
}

export interface TestSession {
  readonly authorization: string;
  readonly cookie: string;
  readonly setCookie: string;
}

export const PASSWORD = 'a perfectly fine one';
export const HOST = 'headwater.test';
/** What a browser sends from our own page. */
export const OWN_PAGE = { host: HOST, origin: `https://${HOST}` };

// Servers of one test may share a database, so their ids are counted together.
let count = 0;

function newId(prefix: string): string {
  return `${prefix}_${String(++count).padStart(26, '0')}`;
}

// Hundreds of sign-ins run in these tests, and what slows them on purpose has tests of its own.
export const fastPasswords: Passwords = {
  hash: (password) => Promise.resolve(`fast$${createHash('sha256').update(password).digest('hex')}`),
  verify: async (password, hash) => ({ matches: hash === (await fastPasswords.hash(password)), outdated: false }),
};

export async function testApp(options: TestAppOptions): Promise<TestApp> {
  const { store } = options;
  const clock = { now: Date.parse('2026-03-01T10:00:00Z') };
  const now = (): number => clock.now;
  const defaults = defaultSettings();
  const settings = {
    ...defaults,
    auth: { ...defaults.auth, ...options.auth },
    server: { ...defaults.server, ...options.server },
  };
  const { secrets } = await wire.openCredentials();
  const people = await openPeople({ store, settings: settings.auth, passwords: fastPasswords, secrets, now, newId });
  const { authenticator } = people;
  const identify = identifyBy({
    authenticator,
    identifySender: senderIdentifier({ authenticator, settings: settings.intake }),
  });
  const intake = createIntake({
    store,
    metrics: silentMetrics,
    defaultCluster: 'default',
    newId,
    elapsed: () => 0,
    maxWaitingAlerts: 20_000,
  });
  const services = {
    people,
    settings,
    intake,
    worker: null,
    defaultCluster: 'default',
    remediator: () => null,
    ...(options.log && { log: options.log }),
  };
  const { routes = ROUTES, page } = options;
  const app = await testServer({ routes, store, services, now, newId, identify, ...(page !== undefined && { page }) });
  const context = (actor: Actor = systemActor): VerbContext => ({
    store,
    actor,
    now,
    newId,
    requestId: null,
    remoteAddress: '127.0.0.1',
  });

  return {
    app,
    people,
    settings,
    clock,
    context,
    async person(login, ...bindings) {
      const account = { login, password: PASSWORD, mustChangePassword: false, bindings };
      return (await createUser(context(), people, account)).user.user.id;
    },
    async program(...bindings) {
      const made = await createToken(context(), people, { name: 'program', expiresAt: null, bindings });
      return { authorization: `Bearer ${made.secret}` };
    },
    async signIn(login, password = PASSWORD) {
      const payload = { login, password };
      const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/login', payload });
      if (answer.statusCode !== 200) throw new Error(`sign-in answered ${answer.statusCode}: ${answer.body}`);
      const setCookie = String(answer.headers['set-cookie']);
      return {
        authorization: `Bearer ${answer.json<{ accessToken: string }>().accessToken}`,
        cookie: cookieOf(setCookie),
        setCookie,
      };
    },
  };
}

/** The `cookie` header that answers a `set-cookie` header. */
export function cookieOf(setCookie: unknown): string {
  return new RegExp(`${REFRESH_COOKIE}=[^;]*`).exec(String(setCookie))?.[0] ?? '';
}
