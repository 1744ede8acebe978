import type { Json } from './json.ts';
import type { Plan, ServicePlan, Workload } from './plan.ts';
import { container, fromConfigMap, fromSecret, podSpec, type PodSpecJson, type ProbeJson } from './pod-spec.ts';
import { configMap, secret } from './objects.ts';
import { daysBefore, type Scene } from './scene.ts';
import { boundClaim, claimTemplate } from './storage.ts';
import { addWorkload, identityLabels } from './workload.ts';

/** The parts of the application every scenario plays with. */
export interface Application {
  readonly namespace: string;
  readonly frontend: Workload;
  readonly orders: Workload;
  readonly catalog: Workload;
  readonly payments: Workload;
  readonly worker: Workload;
  /** A small service nobody depends on; decoys happen to it. */
  readonly extra: Workload;
  readonly cache: Workload;
  readonly queue: Workload;
  readonly database: Workload;
  readonly port: number;
}

const CACHE_PORT = 6379;

/** The port the database engine of a scene listens on. */
export function databasePort(scene: Scene): number {
  return scene.cast.engines.database === 'postgres' ? 5432 : 3306;
}

/** The port the message broker of a scene listens on. */
export function queuePort(scene: Scene): number {
  return scene.cast.engines.queue === 'rabbitmq' ? 5672 : 4222;
}

/** Names of the Secret with the database's password and of a service's ConfigMap. */
export function credentialsOf(scene: Scene): string {
  return `${scene.cast.database}-credentials`;
}

/** The name of a workload's own ConfigMap. */
export function configOf(name: string): string {
  return `${name}-config`;
}

/** Parts of the application a scenario can do without; seeds add some of them back. */
export const OPTIONAL_PARTS = ['payments', 'worker', 'cache', 'queue', 'database'] as const;
export type OptionalPart = (typeof OPTIONAL_PARTS)[number];

type Env = Record<string, string | Json>;

/** Adds the healthy application: frontend, orders, catalog, and the parts asked for; a database that is no part is a managed one outside. */
export function addApplication(plan: Plan, needs: readonly OptionalPart[]): Application {
  const { scene } = plan;
  const { cast, random } = scene;
  // Seed 0 is committed, so it stays as small as the scenario allows.
  const has = (part: OptionalPart): boolean =>
    needs.includes(part) || (scene.seed > 0 && random.chance(`part/${part}`, 0.5));
  const port = random.pick('app-port', [8080, 8000, 3000, 9000]);
  const host = databaseHost(scene, has('database'));
  addConfiguration(plan, { port, payments: has('payments'), database: host });
  const parts: Partial<Record<OptionalPart, Workload>> = {};
  if (has('database')) parts.database = addDatabase(plan);
  if (has('cache')) parts.cache = addCache(plan);
  if (has('queue')) parts.queue = addQueue(plan);
  const links = linksOf(scene, { port, has, host });
  const app = (name: string, env: Env, more: AppOptions = {}): Workload => addApp(plan, { name, env, port, ...more });
  const fromOwn = (name: string, key: string): Json => fromConfigMap(configOf(name), key);
  const frontend = app(
    cast.frontend,
    {
      ORDERS_URL: `http://${cast.orders}:${port}`,
      CATALOG_URL: `http://${cast.catalog}:${port}`,
      LOG_LEVEL: fromOwn(cast.frontend, 'LOG_LEVEL'),
    },
    { replicas: scene.seed === 0 ? 1 : random.int('replicas', 1, 2) },
  );
  const orders = app(
    cast.orders,
    {
      ...links.cache,
      CATALOG_URL: `http://${cast.catalog}:${port}`,
      ...links.database,
      DB_HOST: fromOwn(cast.orders, 'DB_HOST'),
      DB_NAME: fromOwn(cast.orders, 'DB_NAME'),
      ...links.payments,
      ...links.queue,
    },
    { replicas: 2 },
  );
  const volume = { name: 'config', configMap: { defaultMode: 420, name: configOf(cast.catalog) } };
  const catalog = app(
    cast.catalog,
    { ...links.database, CONFIG_FILE: '/etc/app/application.yaml' },
    { mounts: { config: '/etc/app' }, spec: { volumes: [volume] } },
  );
  if (has('payments'))
    parts.payments = app(cast.payments, {
      ...links.cache,
      PROVIDER_URL: 'https://api.cardco.example',
      LOG_LEVEL: fromOwn(cast.payments, 'LOG_LEVEL'),
    });
  if (has('worker')) parts.worker = app(cast.worker, { ...links.database, ...links.queue }, { noPort: true });
  const extra = app(cast.extra, { LOG_LEVEL: 'info' });
  for (const workload of [frontend, orders, catalog, parts.payments, extra])
    if (workload) addService(plan, workload, { port, name: 'http' });
  return withParts({ namespace: cast.namespace, frontend, orders, catalog, extra, port }, parts);
}

// A scenario that forgot to ask for a part should fail at once, not build a world without it.
function withParts(sure: Omit<Application, OptionalPart>, parts: Partial<Record<OptionalPart, Workload>>): Application {
  const get = (part: OptionalPart): Workload => {
    const workload = parts[part];
    if (!workload) throw new Error(`the scenario must need the part ${part}`);
    return workload;
  };
  return {
    ...sure,
    get payments() {
      return get('payments');
    },
    get worker() {
      return get('worker');
    },
    get cache() {
      return get('cache');
    },
    get queue() {
      return get('queue');
    },
    get database() {
      return get('database');
    },
  };
}

function databaseHost(scene: Scene, inside: boolean): string {
  const { cast, random } = scene;
  return inside ? cast.database : `${cast.database}.c${random.hex('managed-database', 10)}.eu-west-1.rds.amazonaws.com`;
}

function linksOf(
  scene: Scene,
  view: { port: number; has: (part: OptionalPart) => boolean; host: string },
): Record<OptionalPart, Env> {
  const { cast } = scene;
  const { has, port } = view;
  const secretName = credentialsOf(scene);
  return {
    database: {
      DB_HOST: view.host,
      DB_PASSWORD: fromSecret(secretName, 'password'),
      DB_PORT: String(databasePort(scene)),
      DB_USER: fromSecret(secretName, 'username'),
    },
    cache: has('cache') ? { CACHE_ADDR: `${cast.cache}:${CACHE_PORT}` } : {},
    queue: has('queue') ? { QUEUE_ADDR: `${cast.queue}:${queuePort(scene)}` } : {},
    payments: has('payments') ? { PAYMENTS_URL: `http://${cast.payments}:${port}` } : {},
    worker: {},
  };
}

interface AppOptions {
  readonly mounts?: Record<string, string>;
  readonly replicas?: number;
  readonly noPort?: boolean;
  readonly spec?: Partial<PodSpecJson>;
}

function addApp(plan: Plan, app: AppOptions & { name: string; env: Env; port: number }): Workload {
  const { scene } = plan;
  const { name, env, port, noPort } = app;
  const probes = noPort ? {} : httpProbes(port);
  const main = container(mainName(scene, name), {
    image: imageOf(scene, name),
    ...(noPort ? {} : { port }),
    env,
    mounts: app.mounts,
    ...resources(scene, name),
    ...probes,
  });
  const logs = scene.random.pick(`log-style/${name}`, ['json', 'logfmt', 'spring', 'python', 'pino'] as const);
  return addWorkload(plan, scene.cast.namespace, name, {
    spec: podSpec([main], app.spec),
    replicas: app.replicas ?? 1,
    logs,
  });
}

/** The container name a workload uses: its own name or the generic one. */
function mainName(scene: Scene, name: string): string {
  return scene.random.pick('container-name', [name, 'app', 'server']);
}

function imageOf(scene: Scene, name: string): string {
  const tag = scene.random.pick('tag-style', [
    `v${scene.random.int(`tag1/${name}`, 1, 4)}.${scene.random.int(`tag2/${name}`, 0, 30)}.${scene.random.int(`tag3/${name}`, 0, 9)}`,
    `2026.${scene.random.int(`tag1/${name}`, 1, 2)}.${scene.random.int(`tag2/${name}`, 1, 28)}`,
    scene.random.hex(`tag/${name}`, 8),
  ]);
  return `${scene.cast.registry}/${name}:${tag}`;
}

function resources(scene: Scene, name: string): { requests: Record<string, string>; limits: Record<string, string> } {
  const memory = scene.random.pick(`memory/${name}`, [256, 384, 512]);
  return { requests: { cpu: '100m', memory: `${memory / 2}Mi` }, limits: { cpu: '500m', memory: `${memory}Mi` } };
}

function httpProbes(port: number): { liveness: ProbeJson; readiness: ProbeJson } {
  return {
    liveness: { httpGet: { path: '/healthz', port }, initialDelaySeconds: 10 },
    readiness: { httpGet: { path: '/ready', port }, periodSeconds: 5 },
  };
}

function addConfiguration(plan: Plan, options: { port: number; payments: boolean; database: string }): void {
  const { scene } = plan;
  const { cast } = scene;
  const { namespace } = cast;
  const created = daysBefore(scene, 33);
  const add = (name: string, data: Record<string, string>): void => {
    plan.objects.push(configMap(scene, { namespace, name: configOf(name), data, created, manager: cast.manager }));
  };
  add(cast.frontend, { LOG_LEVEL: 'info', PUBLIC_URL: `https://www.${cast.domain}` });
  add(cast.orders, { DB_HOST: options.database, DB_NAME: cast.namespace.replaceAll('-', '_') });
  add(cast.catalog, {
    'application.yaml': `server:\n  port: ${options.port}\npage:\n  size: 50\ncache:\n  ttl: 300s\n`,
  });
  if (options.payments) add(cast.payments, { LOG_LEVEL: 'info' });
  plan.objects.push(
    secret(scene, {
      namespace,
      name: credentialsOf(scene),
      keys: ['password', 'username'],
      created: daysBefore(scene, 80),
    }),
  );
}

export interface ServiceOptions {
  readonly port: number;
  /** Of the port. */
  readonly name: string;
  readonly headless?: boolean;
  readonly targetPort?: number | string;
  /** Default: the workload's name. */
  readonly serviceName?: string;
}

/** Adds a Service in front of a workload. */
export function addService(plan: Plan, workload: Workload, options: ServiceOptions): ServicePlan {
  const { port, name } = options;
  const service: ServicePlan = {
    namespace: workload.namespace,
    name: options.serviceName ?? workload.name,
    created: workload.created - 60_000,
    manager: workload.manager,
    labels: workload.labels,
    selector: { ...workload.selector },
    ports: [{ name, port, protocol: 'TCP', targetPort: options.targetPort ?? name }],
    ...(options.headless ? { headless: true } : {}),
  };
  plan.services.push(service);
  return service;
}

function tcpProbes(port: number): { liveness: ProbeJson; readiness: ProbeJson } {
  return { liveness: { tcpSocket: { port }, initialDelaySeconds: 15 }, readiness: { tcpSocket: { port } } };
}

function addCache(plan: Plan): Workload {
  const { cast } = plan.scene;
  const engine = cast.engines.cache;
  const image = engine === 'redis' ? 'docker.io/library/redis:7.4.2' : 'docker.io/valkey/valkey:8.0.2';
  const main = container(engine, {
    image,
    port: CACHE_PORT,
    portName: 'tcp',
    requests: { cpu: '50m', memory: '128Mi' },
    limits: { memory: '256Mi' },
    ...tcpProbes(CACHE_PORT),
  });
  const cache = addWorkload(plan, cast.namespace, cast.cache, { spec: podSpec([main]) });
  addService(plan, cache, { port: CACHE_PORT, name: 'tcp' });
  return cache;
}

function addQueue(plan: Plan): Workload {
  const { cast } = plan.scene;
  const port = queuePort(plan.scene);
  const image =
    cast.engines.queue === 'rabbitmq'
      ? 'docker.io/library/rabbitmq:4.0.5-management'
      : 'docker.io/library/nats:2.10.25';
  const main = container(cast.engines.queue, {
    image,
    port,
    portName: 'client',
    requests: { cpu: '100m', memory: '256Mi' },
    limits: { memory: '512Mi' },
    ...tcpProbes(port),
  });
  const queue = addWorkload(plan, cast.namespace, cast.queue, { kind: 'StatefulSet', spec: podSpec([main]) });
  addService(plan, queue, { port, name: 'client' });
  return queue;
}

function addDatabase(plan: Plan): Workload {
  const { scene } = plan;
  const { cast } = scene;
  const postgres = cast.engines.database === 'postgres';
  const port = databasePort(scene);
  const main = container(cast.engines.database, {
    image: postgres ? 'docker.io/library/postgres:17.4' : 'docker.io/library/mysql:8.4.4',
    port,
    portName: postgres ? 'postgres' : 'mysql',
    env: postgres
      ? { PGDATA: '/var/lib/postgresql/data/pgdata', POSTGRES_PASSWORD: fromSecret(credentialsOf(scene), 'password') }
      : { MYSQL_ROOT_PASSWORD: fromSecret(credentialsOf(scene), 'password') },
    mounts: { data: postgres ? '/var/lib/postgresql/data' : '/var/lib/mysql' },
    requests: { cpu: '250m', memory: '512Mi' },
    limits: { memory: '1Gi' },
    ...tcpProbes(port),
  });
  const database = addWorkload(plan, cast.namespace, cast.database, {
    kind: 'StatefulSet',
    spec: podSpec([main]),
    claims: claimTemplate(plan, { name: 'data', size: '20Gi' }),
  });
  const labels = identityLabels(plan, cast.database);
  plan.objects.push(
    ...boundClaim(scene, {
      namespace: cast.namespace,
      name: `data-${cast.database}-0`,
      size: '20Gi',
      created: database.created,
      labels,
    }),
  );
  addService(plan, database, { port, name: postgres ? 'postgres' : 'mysql', headless: true });
  return database;
}
