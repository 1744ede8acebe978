import { type App, healthy, type PodState, type Site, springStart } from './site.ts';
import {
  BEAN,
  denied,
  POOL,
  POOL_EMPTY,
  READ_ONLY,
  REFUSED,
  REQUEST,
  TOO_MANY,
  trace,
  unknownHost,
  unknownHostHttp,
} from './words.ts';

/** A fault of the benchmark's list as a change of the made site; gives the name of what is at fault. */
export interface PrintedFault {
  readonly taxonomy: string;
  readonly label: string;
  /** What tells its variants apart. */
  readonly variant: string;
  readonly inject: (site: Site) => string;
}

const RUNTIME = 'Runtime_Fault';
const ROUTING = 'Service_Routing_Fault';

function appOf(site: Site, name: string): App {
  const app = site.apps.get(name);
  if (!app) throw new Error(`the made site has no ${name}`);
  return app;
}

function pick<T>(site: Site, list: readonly T[]): T {
  const one = list[Math.floor(site.random() * list.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

function keeper(site: Site): App {
  return appOf(site, pick(site, site.roles.keepers));
}

function crashing(site: Site, { sidecar }: { sidecar: boolean }): PodState {
  const at = (seconds: number): string => new Date(site.now - seconds * 1000).toISOString();
  const ended = { terminated: { reason: 'Error', exitCode: 1, startedAt: at(110), finishedAt: at(96) } };
  return {
    phase: 'Running',
    ready: false,
    restarts: 5,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: ended,
    events: [
      ['Normal', 'Pulled', 'kubelet', 'Container image already present on machine', 5],
      ['Warning', 'BackOff', 'kubelet', `Back-off restarting failed container ${sidecar ? 'app' : 'main'} in pod`, 18],
    ],
  };
}

/** The program dies of these lines at every start. */
function dies(site: Site, app: App, lines: readonly string[]): void {
  const said = [...springStart(app.name, site.now).slice(0, 2), ...lines];
  app.state = crashing(site, { sidecar: app.sidecar });
  app.log = said;
  app.previousLog = said;
  // Caught between two deaths: it has just begun again, and only the log before says why.
  if (site.random() < 0.35) {
    app.log = springStart(app.name, site.now).slice(0, 2);
    app.state = {
      ...app.state,
      ready: site.random() < 0.5,
      state: { running: { startedAt: new Date(site.now - 6000).toISOString() } },
    };
  }
  alertOf(site, app);
}

/** The program lives on and says these lines at every request. */
function complains(site: Site, app: App, lines: readonly string[]): void {
  app.log = [...springStart(app.name, site.now), ...Array.from({ length: 8 }, () => lines).flat()];
  alertOf(site, app);
}

/** The alert file of business flows: a request through the front door that failed. */
function alertOf(site: Site, app: App, code = 500): void {
  const { front, gateway } = site.roles;
  const error = `${code} Server Error: for url: http://${front}:8080/api/v1/${app.name}/list`;
  site.alert = {
    status: 'has_anomalies',
    alert_count: 1,
    alerts: [
      {
        request_method: 'POST',
        business_action: `query ${app.name}`,
        entry_service: gateway,
        url: `/api/v1/${app.name}/list`,
        occurrences: 12,
        raw_error: error,
      },
    ],
  };
  for (const caller of site.apps.values())
    if (caller.calls.includes(app.name) && caller.name !== front && caller.name !== gateway)
      caller.log.push(
        ...trace(site.now, REQUEST, [
          `org.springframework.web.client.HttpServerErrorException$InternalServerError: ${code} : [{"timestamp":"2026-01-10","status":${code},"error":"Internal Server Error","path":"/api/v1/list"}]`,
        ]),
      );
}

function setEnv(app: App, suffix: string, value: string): void {
  const entry = app.env.find(({ name }) => name.endsWith(suffix));
  if (entry) entry.value = value;
}

/** Moves the settings of the database into a Secret, whose data nobody prints. */
function hideSettings(site: Site, app: App): void {
  const secret = `${app.name}-mysql`;
  app.env = app.env.filter(({ name }) => !name.includes('MYSQL'));
  app.envFrom = [{ secretRef: { name: secret } }];
  site.extra.push({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secret, namespace: site.namespace },
    type: 'Opaque',
    data: { HOST: 'eA==', PORT: 'eA==', USER: 'eA==', PASSWORD: 'eA==' },
  });
}

const START = [
  { dies: true, word: 'dies' },
  { dies: false, word: 'complains' },
] as const;

function settings(label: string, change: (site: Site, app: App) => readonly string[]): PrintedFault[] {
  return START.flatMap(({ dies: ends, word }) =>
    [false, true].map(
      (hidden): PrintedFault => ({
        taxonomy: RUNTIME,
        label,
        variant: `${word}${hidden ? ', settings in a Secret' : ''}`,
        inject: (site) => {
          for (const name of hidden ? site.roles.keepers : []) hideSettings(site, appOf(site, name));
          const app = keeper(site);
          const causes = change(site, app);
          if (ends)
            dies(site, app, [
              ...trace(site.now, POOL, causes),
              ...trace(site.now, BEAN, [
                "org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'entityManagerFactory' defined in class path resource",
                ...causes,
              ]),
            ]);
          else complains(site, app, trace(site.now, REQUEST, causes));
          return `app/${app.name}`;
        },
      }),
    ),
  );
}

const lookups: PrintedFault[] = START.map(({ dies: ends, word }) => ({
  taxonomy: ROUTING,
  label: 'service_dns_resolution_failure',
  variant: `database, ${word}`,
  inject: (site) => {
    const app = keeper(site);
    const host = app.calls.at(-1) ?? '';
    if (ends) dies(site, app, trace(site.now, BEAN, unknownHost(host)));
    else complains(site, app, trace(site.now, REQUEST, unknownHost(host)));
    return `app/${app.name}`;
  },
}));

/** Faults of a running application in the benchmark's list, in the variants a cluster shows. */
export const FAULTS: readonly PrintedFault[] = [
  ...settings('mysql_invalid_credentials', (_site, app) => {
    setEnv(app, '_PASSWORD', 'wrong');
    return denied('ts');
  }),
  ...settings('mysql_invalid_port', (_site, app) => {
    setEnv(app, '_PORT', '3307');
    return REFUSED;
  }),
  ...lookups,
  {
    taxonomy: ROUTING,
    label: 'service_dns_resolution_failure',
    variant: 'callee',
    inject: (site) => {
      const app = pick(
        site,
        [...site.apps.values()].filter(({ calls, name }) => calls.length > 2 && name !== site.roles.gateway),
      );
      const callee = appOf(site, app.calls[0] ?? '');
      complains(site, app, trace(site.now, REQUEST, unknownHostHttp(callee.name, callee.port)));
      return `app/${app.name}`;
    },
  },
  ...['port', 'port, proxy says it', 'annotation'].map(
    (variant): PrintedFault => ({
      taxonomy: RUNTIME,
      label: 'sidecar_port_conflict',
      variant,
      inject: (site) => {
        const app = keeper(site);
        app.sidecar = true;
        if (variant === 'annotation') app.podAnnotations['status.sidecar.istio.io/port'] = String(app.port);
        else app.env.push({ name: 'SERVER_PORT', value: '15090' });
        const port = variant === 'annotation' ? app.port : 15_090;
        if (variant === 'port, proxy says it') {
          app.proxyLog = [
            `${new Date(site.now).toISOString()}\terror\tenvoy config\tlistener '0.0.0.0_${port}' failed to bind or apply socket options: cannot bind '0.0.0.0:${port}': Address already in use`,
          ];
          dies(
            site,
            app,
            trace(site.now, BEAN, [
              `org.springframework.boot.web.server.PortInUseException: Port ${port} is already in use`,
            ]),
          );
        } else
          dies(site, app, [
            '***************************',
            'APPLICATION FAILED TO START',
            '***************************',
            '',
            'Description:',
            '',
            `Web server failed to start. Port ${port} was already in use.`,
            '',
            'Action:',
            '',
            `Identify and stop the process that's listening on port ${port} or configure this application to listen on another port.`,
          ]);
        return `app/${app.name}`;
      },
    }),
  ),
  ...['alert', 'silent'].map(
    (variant): PrintedFault => ({
      taxonomy: RUNTIME,
      label: 'zero_replicas',
      variant,
      inject: (site) => {
        const app = pick(
          site,
          [...site.apps.values()].filter(({ kind, name }) => kind === 'Deployment' && name !== site.roles.front),
        );
        app.replicas = 0;
        app.log = [];
        if (variant === 'alert') alertOf(site, app, 503);
        return `app/${app.name}`;
      },
    }),
  ),
  ...['flag', 'unseen'].map(
    (variant): PrintedFault => ({
      taxonomy: RUNTIME,
      label: 'db_read_only',
      variant,
      inject: (site) => {
        const database = appOf(site, site.roles.database);
        if (variant === 'flag') database.container = { args: ['--read-only=1', '--super-read-only=1'] };
        const clients = [...site.apps.values()].filter(({ calls }) => calls.includes(database.name));
        for (const client of clients.slice(0, 3)) complains(site, client, trace(site.now, REQUEST, READ_ONLY));
        return `app/${database.name}`;
      },
    }),
  ),
  ...['server', 'server, option', 'pool'].map(
    (variant): PrintedFault => ({
      taxonomy: RUNTIME,
      label: 'db_connection_exhaustion',
      variant,
      inject: (site) => {
        const database = appOf(site, site.roles.database);
        if (variant === 'server, option') database.container = { args: ['--max_connections=5'] };
        const clients = [...site.apps.values()].filter(({ calls }) => calls.includes(database.name));
        const words = variant === 'pool' ? POOL_EMPTY : TOO_MANY;
        const told = variant === 'pool' ? clients.slice(0, 1) : clients.slice(0, 4);
        for (const client of told) complains(site, client, trace(site.now, REQUEST, words));
        return `app/${(variant === 'pool' ? told[0] : database)?.name}`;
      },
    }),
  ),
  ...['host', 'path', 'host missing', 'port'].map(
    (variant): PrintedFault => ({
      taxonomy: ROUTING,
      label: 'gateway_misroute',
      variant,
      inject: (site) => {
        const app = keeper(site);
        const other = pick(
          site,
          site.roles.keepers.filter((name) => name !== app.name),
        );
        const table = site.extra.find(({ kind }) => kind === 'ConfigMap') as
          | { data: Record<string, string> }
          | undefined;
        if (!table) throw new Error('the made site has no route table');
        const text = table.data['application.yml'] ?? '';
        const line = `uri: http://${app.name}:${app.port}`;
        const wrong =
          {
            host: `uri: http://${other}:${appOf(site, other).port}`,
            path: line,
            'host missing': `uri: http://${app.name}-v2:${app.port}`,
            port: `uri: http://${app.name}:${app.port + 1}`,
          }[variant] ?? line;
        const pathOf = (name: string): string =>
          new RegExp(`id: ${name}\\n[\\s\\S]*?Path=(\\S+)`).exec(text)?.[1] ?? '';
        table.data['application.yml'] =
          variant === 'path'
            ? text.replace(`Path=${pathOf(app.name)}`, `Path=${pathOf(app.name).replace(/\/\*\*$/, '-invalid/**')}`)
            : text.replace(line, wrong);
        alertOf(site, app, variant === 'host' || variant === 'path' ? 404 : 500);
        for (const caller of site.apps.values()) caller.log = caller.log.slice(0, 4);
        return `app/${app.name}`;
      },
    }),
  ),
  ...['envFrom', 'key of', 'volume'].map(
    (variant): PrintedFault => ({
      taxonomy: 'Startup_Fault',
      label: 'missing_secret_binding',
      variant,
      inject: (site) => {
        const app = keeper(site);
        const secret = `${app.name}-missing`;
        const waits = { ...healthy(site.now), ready: false, phase: 'Pending' as const };
        app.log = [
          `Error from server (BadRequest): container "${app.name}" in pod "${app.name}" is waiting to start: CreateContainerConfigError`,
        ];
        if (variant === 'volume') {
          app.podSpec = { volumes: [{ name: 'keys', secret: { secretName: secret } }] };
          app.state = {
            ...waits,
            state: { waiting: { reason: 'ContainerCreating' } },
            events: [
              [
                'Warning',
                'FailedMount',
                'kubelet',
                `MountVolume.SetUp failed for volume "keys" : secret "${secret}" not found`,
                9,
              ],
            ],
          };
        } else {
          if (variant === 'envFrom') app.envFrom = [{ secretRef: { name: secret } }];
          else app.env.push({ name: 'TOKEN', valueFrom: { secretKeyRef: { name: secret, key: 'token' } } });
          app.state = {
            ...waits,
            state: { waiting: { reason: 'CreateContainerConfigError' } },
            events: [['Warning', 'Failed', 'kubelet', `Error: secret "${secret}" not found`, 12]],
          };
        }
        return `app/${app.name}`;
      },
    }),
  ),
];
