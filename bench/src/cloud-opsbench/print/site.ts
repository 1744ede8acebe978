import { seeded } from '../../seeded.ts';

/** An object as the API server keeps it, before anybody prints it. */
export interface Raw {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown> & { name: string; namespace?: string };
  [field: string]: unknown;
}

/** One workload of the made application; faults change it before it is rendered. */
export interface App {
  readonly name: string;
  readonly kind: 'Deployment' | 'StatefulSet';
  port: number;
  /** What its Service sends to when that is not the port. */
  targetPort?: number | string;
  replicas: number;
  serviceSelector?: Record<string, string>;
  image: string;
  env: { name: string; value?: string; valueFrom?: unknown }[];
  envFrom: unknown[];
  /** Merged into the container and the Pod's spec. */
  container: Record<string, unknown>;
  podSpec: Record<string, unknown>;
  podAnnotations: Record<string, string>;
  sidecar: boolean;
  node: string;
  readonly calls: string[];
  state: PodState;
  log: string[];
  previousLog: string[];
  proxyLog: string[];
}

export interface PodState {
  phase: 'Running' | 'Pending' | 'Failed';
  ready: boolean;
  restarts: number;
  /** Of the main container. */
  state: Record<string, unknown>;
  lastState?: Record<string, unknown>;
  events: readonly (readonly [type: string, reason: string, from: string, message: string, count?: number])[];
}

/** A made cluster with one application in it. */
export interface Site {
  readonly namespace: string;
  readonly now: number;
  readonly random: () => number;
  readonly apps: Map<string, App>;
  readonly nodes: string[];
  readonly extra: Raw[];
  /** What the alert file holds. */
  alert: unknown;
  metricsCsv: string | null;
  readonly roles: Roles;
}

/** Which application plays which part, so that faults need no names. */
export interface Roles {
  readonly gateway: string;
  readonly database: string;
  readonly front: string;
  /** Services with a database of their own, in order. */
  readonly keepers: readonly string[];
}

/** A table of names for the made application: the same parts under other names. */
export interface Names {
  readonly namespace: string;
  readonly service: (word: string) => string;
  readonly gateway: string;
  readonly front: string;
  readonly database: string;
  readonly queue: string;
  readonly registry: string;
  readonly words: readonly string[];
  readonly path: (word: string) => string;
}

const RAILWAY = [
  'admin-basic-info',
  'admin-order',
  'admin-route',
  'admin-travel',
  'admin-user',
  'assurance',
  'auth',
  'basic',
  'cancel',
  'config',
  'consign',
  'consign-price',
  'contacts',
  'delivery',
  'execute',
  'food',
  'inside-payment',
  'notification',
  'order',
  'order-other',
  'payment',
  'preserve',
  'preserve-other',
  'price',
  'rebook',
  'route',
  'route-plan',
  'seat',
  'security',
  'station',
  'station-food',
  'train',
  'train-food',
  'travel',
  'travel-plan',
  'travel2',
  'user',
  'verification-code',
  'wait-order',
] as const;

const LIBRARY = [
  'desk-catalog',
  'desk-loan',
  'desk-branch',
  'desk-reader',
  'desk-staff',
  'fines',
  'login',
  'shelf',
  'return',
  'settings',
  'courier',
  'courier-fee',
  'address-book',
  'parcel',
  'pickup',
  'cafe',
  'wallet',
  'mailer',
  'loan',
  'loan-remote',
  'billing',
  'checkout',
  'checkout-remote',
  'tariff',
  'renewal',
  'branch',
  'branch-map',
  'room',
  'guard',
  'building',
  'building-cafe',
  'volume',
  'volume-cafe',
  'reading',
  'reading-plan',
  'reading-kids',
  'reader',
  'captcha',
  'waitlist',
] as const;

/** Two applications of the same shape. */
export const NAMES: readonly Names[] = [
  {
    namespace: 'rail',
    service: (word) => `ts-${word}-service`,
    gateway: 'ts-gateway-service',
    front: 'ts-ui-dashboard',
    database: 'tsdb-mysql',
    queue: 'rabbitmq',
    registry: 'nacos',
    words: RAILWAY,
    path: (word) => `/api/v1/${word.replaceAll('-', '')}service/**`,
  },
  {
    namespace: 'books',
    service: (word) => `lib-${word}`,
    gateway: 'edge',
    front: 'web-shop',
    database: 'storage-db',
    queue: 'broker',
    registry: 'consul-registry',
    words: LIBRARY,
    path: (word) => `/rest/${word}/**`,
  },
];

// Which word calls which, by place in the list of words, as a booking system does.
const CALLS: readonly (readonly [number, readonly number[]])[] = [
  [0, [9, 23, 29, 31, 12]],
  [1, [18, 19]],
  [2, [25]],
  [3, [33, 35]],
  [4, [36]],
  [7, [29, 31, 25, 23]],
  [8, [18, 19, 16, 17]],
  [10, [11]],
  [15, [32, 30]],
  [16, [18, 20, 19]],
  [21, [7, 27, 5, 12, 15, 10, 18, 28, 33, 36, 29]],
  [22, [7, 27, 5, 12, 15, 10, 19, 28, 35, 36]],
  [24, [18, 33, 27, 16]],
  [26, [25, 33, 35]],
  [27, [18, 9]],
  [28, [18, 19]],
  [33, [7, 27, 25, 31]],
  [34, [26, 33, 35, 27]],
  [35, [7, 27, 25]],
  [36, [6]],
  [6, [37]],
  [38, [18, 21]],
];
const WITHOUT_DATA = new Set([0, 1, 2, 3, 4, 7, 8, 14, 17, 21, 22, 24, 26, 27, 34, 37]);

/** A healthy application of some forty services. */
export function makeSite(names: Names, seed: number, options: { sidecars?: boolean; shared?: boolean } = {}): Site {
  const random = seeded(seed);
  const { sidecars = true, shared = true } = options;
  const nodes = ['master', 'worker-01', 'worker-02', 'worker-03'];
  const now = Date.UTC(2026, 0, 10, 3, 12, 40) + seed * 61_000;
  const apps = new Map<string, App>();
  const place = (): string => nodes[1 + Math.floor(random() * 3)] ?? 'worker-01';
  const add = (app: Partial<App> & { name: string; port: number }): App => {
    const made: App = {
      kind: 'Deployment',
      replicas: 1,
      image: `registry.local/${app.name}:1.0.0`,
      env: [],
      envFrom: [],
      container: {},
      podSpec: {},
      podAnnotations: {},
      sidecar: sidecars,
      node: place(),
      calls: [],
      state: healthy(now),
      log: [],
      previousLog: [],
      proxyLog: [],
      ...app,
    };
    apps.set(made.name, made);
    return made;
  };
  const service = (place: number): string => names.service(names.words[place] ?? '');
  const calls = new Map(CALLS);
  const keepers: string[] = [];
  for (const [at, word] of names.words.entries()) {
    const name = names.service(word);
    const hasData = !WITHOUT_DATA.has(at);
    const database = shared ? names.database : `${names.service(word).replace(/-service$/, '')}-mysql`;
    if (hasData) keepers.push(name);
    add({
      name,
      port: 11_100 + at * 117,
      calls: [...(calls.get(at) ?? []).map(service), ...(hasData ? [database] : [])],
      env: serviceEnv(names, word, hasData ? database : null),
      log: springStart(name, now),
    });
    if (hasData && !shared) addDatabase(add, database, now);
  }
  if (shared) addDatabase(add, names.database, now);
  add({ name: names.registry, port: 8848, kind: 'StatefulSet', sidecar: false, image: 'nacos/nacos-server:2.0.3' });
  add({ name: names.queue, port: 5672, image: 'rabbitmq:3.9' });
  add({
    name: names.gateway,
    port: 18_888,
    calls: names.words.map(names.service),
    log: springStart(names.gateway, now),
    ...(seed % 4 === 3
      ? {}
      : {
          container: { volumeMounts: [{ name: 'routes', mountPath: '/app/config' }] },
          podSpec: { volumes: [{ name: 'routes', configMap: { name: `${names.gateway}-config` } }] },
        }),
  });
  add({ name: names.front, port: 8080, calls: [names.gateway], image: 'registry.local/ui:1.0.0' });
  return {
    namespace: names.namespace,
    now,
    random,
    apps,
    nodes,
    extra: [routeTable(names, apps)],
    alert: {},
    metricsCsv: null,
    roles: {
      gateway: names.gateway,
      database: shared ? names.database : keepersDatabase(apps, keepers),
      front: names.front,
      keepers,
    },
  };
}

function serviceEnv({ registry }: Names, word: string, database: string | null): App['env'] {
  const prefix = word.toUpperCase().replaceAll('-', '_');
  return [
    { name: 'NODE_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
    { name: 'NACOS_ADDRS', value: `${registry}:8848` },
    ...(database === null
      ? []
      : [
          { name: `${prefix}_MYSQL_HOST`, value: database },
          { name: `${prefix}_MYSQL_PORT`, value: '3306' },
          { name: `${prefix}_MYSQL_DATABASE`, value: 'ts' },
          { name: `${prefix}_MYSQL_USER`, value: 'ts' },
          { name: `${prefix}_MYSQL_PASSWORD`, value: 'Ts_123456' },
        ]),
  ];
}

function routeTable(names: Names, apps: ReadonlyMap<string, App>): Site['extra'][number] {
  const routes = names.words.map(
    (word) =>
      `        - id: ${names.service(word)}\n          uri: http://${names.service(word)}:${apps.get(names.service(word))?.port}\n          predicates:\n            - Path=${names.path(word)}`,
  );
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${names.gateway}-config`, namespace: names.namespace },
    data: {
      'application.yml': `server:\n  port: 18888\nspring:\n  cloud:\n    gateway:\n      routes:\n${routes.join('\n')}\n`,
    },
  };
}

function keepersDatabase(apps: ReadonlyMap<string, App>, keepers: readonly string[]): string {
  return apps.get(keepers[0] ?? '')?.calls.at(-1) ?? '';
}

function addDatabase(
  add: (app: Partial<App> & { name: string; port: number }) => App,
  name: string,
  now: number,
): void {
  const stamp = new Date(now - 86_400_000).toISOString();
  add({
    name,
    port: 3306,
    kind: 'StatefulSet',
    sidecar: false,
    image: 'mysql:5.7.44',
    env: [
      { name: 'MYSQL_ROOT_PASSWORD', value: 'root' },
      { name: 'MYSQL_DATABASE', value: 'ts' },
      { name: 'MYSQL_USER', value: 'ts' },
      { name: 'MYSQL_PASSWORD', value: 'Ts_123456' },
    ],
    log: [
      `${stamp} 0 [Note] mysqld: ready for connections.`,
      "Version: '5.7.44'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server (GPL)",
    ],
  });
}

/** A Pod that has run well for minutes. */
export function healthy(now: number, minutes = 26): PodState {
  return {
    phase: 'Running',
    ready: true,
    restarts: 0,
    state: { running: { startedAt: new Date(now - minutes * 60_000).toISOString() } },
    events: [],
  };
}

/** How Spring Boot begins to speak. */
export function springStart(name: string, now: number): string[] {
  const at = (seconds: number): string =>
    new Date(now - 25 * 60_000 + seconds * 1000).toISOString().replace('T', ' ').slice(0, 23);
  return [
    ' :: Spring Boot ::               (v2.3.12.RELEASE)',
    `${at(0)}  INFO 1 --- [           main] ${name.replaceAll('-', '.')}.Application : Starting Application v1.0 on ${name} with PID 1 (/app/app.jar started by root in /)`,
    `${at(9)}  INFO 1 --- [           main] o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat started on port(s): http with context path ''`,
    `${at(9)}  INFO 1 --- [           main] ${name.replaceAll('-', '.')}.Application : Started Application in 9.214 seconds (JVM running for 9.9)`,
  ];
}
