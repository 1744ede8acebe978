import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IncidentPage } from '@headwater/contracts/http/incident.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { Io } from '../../cli/io.ts';
import { styleOf } from '../../cli/style.ts';
import { send } from '../../client/http.ts';
import { openSession } from '../../client/session.ts';
import { loadConfiguration } from '../../config/load.ts';
import { DEMO_INCIDENTS } from '../../demo/incidents.ts';
import { tellStory } from '../../demo/tell-story.ts';
import { createLog } from '../../observability/log.ts';
import { startServer } from '../../server/start-server.ts';
import { VERSION } from '../../version.ts';
import {
  DEMO_CLUSTER,
  demoClock,
  demoSecret,
  type DemoCluster,
  startDemoCluster,
  startDemoSender,
} from '../../wiring/demo.ts';
import { serverWiring } from '../../wiring/server.ts';
import { incidentLine } from './incident-line.ts';

export interface ServerDemoOptions {
  readonly port: string | undefined;
  /** Ends by itself when every incident is diagnosed. */
  readonly untilDiagnosed: boolean;
}

const PREFERRED_PORT = 8080;
const LOOK_EVERY = SECOND / 2;
// Whoever merges or reopens meanwhile keeps the story from its end; the access token lasts longer than this.
const LOOK_FOR = 5 * MINUTE;

/** Runs the server on an embedded database that is thrown away, with a replayed cluster and a sender of its alerts, until it is stopped. */
export async function runServerDemo({ io }: CommandContext, options: ServerDemoOptions): Promise<void> {
  const { paint } = styleOf(io);
  io.out(paint('bold', `Headwater ${VERSION}: alerts come in, their causes come out with proof.\n`));
  const folder = await mkdtemp(join(tmpdir(), 'headwater-demo-'));
  // Started as root, the database runs as another user, who must be able to pass through.
  await chmod(folder, 0o711);
  const ending = new AbortController();
  const signal = AbortSignal.any([io.signal, ending.signal]);
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const cluster = await startDemoCluster(DEMO_INCIDENTS, demoClock);
    undo.unshift(() => cluster.stop());
    const secrets = { password: demoSecret(), intake: demoSecret() };
    const port = options.port ?? String((await isFree(PREFERRED_PORT)) ? PREFERRED_PORT : 0);
    const env = await demoEnvironment({ folder, port, cluster, secrets });
    const { settings } = loadConfiguration({ env });
    const log = createLog({ level: settings.server.logLevel, write: io.err, base: { thread: 'api' } });
    const server = await startServer({ settings, wiring: serverWiring, log, env, signal });
    undo.unshift(() => server.stop());
    io.out(instructions(io, server.url, secrets.password));
    const sender = startDemoSender(
      { url: `${server.url}/webhook/alertmanager`, bearerToken: secrets.intake, onDelivery: () => undefined },
      demoClock,
    );
    undo.unshift(() => sender.stop());
    const telling = tellStory({
      incidents: cluster.alerts,
      cluster: DEMO_CLUSTER,
      post: (alerts) => sender.post(alerts),
      now: () => demoClock.now(),
      wait: (ms) => demoClock.wait(ms, signal),
      signal,
    });
    const watching = watch({ io, server: server.url, password: secrets.password, signal });
    if (options.untilDiagnosed) void watching.then(() => ending.abort());
    await Promise.all([telling, watching]);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    // A second Ctrl-C must not leave half of it behind.
    io.out(paint('dim', '\nStopping, and removing what the demo made.\n'));
    for (const step of undo) await step().catch((error: unknown) => io.err(`${String(error)}\n`));
  }
}

interface DemoParts {
  readonly folder: string;
  readonly port: string;
  readonly cluster: DemoCluster;
  readonly secrets: { readonly password: string; readonly intake: string };
}

async function demoEnvironment({ folder, port, cluster, secrets }: DemoParts): Promise<Record<string, string>> {
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
  return {
    HEADWATER_DATA_DIR: join(folder, 'data'),
    HEADWATER_HOST: '127.0.0.1',
    HEADWATER_PORT: port,
    HEADWATER_LOG_LEVEL: 'error',
    HEADWATER_KUBECONFIG: kubeconfig,
    HEADWATER_CLUSTER_NAME: DEMO_CLUSTER,
    HEADWATER_PROMETHEUS_URL: `${cluster.url}/prometheus`,
    HEADWATER_LOKI_URL: `${cluster.url}/loki`,
    HEADWATER_TEMPO_URL: `${cluster.url}/tempo`,
    // The recorded alerts tell the story; Warning Events would tell it twice.
    HEADWATER_EVENT_SIGNALS: 'false',
    HEADWATER_QUIET_PERIOD: '10s',
    HEADWATER_SWEEP_INTERVAL: '2s',
    HEADWATER_ADMIN_PASSWORD: secrets.password,
    HEADWATER_INTAKE_TOKEN: secrets.intake,
    // The page is on plain http, and never leaves this machine.
    HEADWATER_AUTH_COOKIE_SECURE: 'false',
  };
}

function instructions(io: Io, url: string, password: string): string {
  const { paint } = styleOf(io);
  return [
    '',
    `  Open       ${paint(['bold', 'blue'], url)}`,
    `  Sign in    ${paint('bold', 'admin')}  ${paint('bold', password)}  ${paint('dim', '(for this demo alone)')}`,
    '',
    paint(
      'dim',
      `  A replayed cluster is failing in ${DEMO_INCIDENTS.length} namespaces. Its alerts arrive as Alertmanager would send them.`,
    ),
    paint('dim', '  Ctrl-C ends the demo and removes everything it made.'),
    '',
    '',
  ].join('\n');
}

interface Watching {
  readonly io: Io;
  readonly server: string;
  readonly password: string;
  readonly signal: AbortSignal;
}

// Says in the terminal what the page shows, until every incident of the story has its diagnosis.
async function watch({ io, server, password, signal }: Watching): Promise<void> {
  const { grant } = await openSession(server, { login: 'admin', password }, io.now());
  const headers = { authorization: `Bearer ${grant.accessToken}` };
  const told = new Map<string, string>();
  const end = demoClock.now() + LOOK_FOR;
  while (!signal.aborted && demoClock.now() < end) {
    const answer = await send({ method: 'GET', url: `${server}/api/v1/incidents?limit=50`, headers });
    const { items } = IncidentPage.parse(JSON.parse(await answer.body.text()));
    for (const incident of items.toReversed()) {
      const line = incidentLine(incident, styleOf(io));
      if (line === null || told.get(incident.id) === line) continue;
      told.set(incident.id, line);
      io.out(line);
    }
    const repaired = DEMO_INCIDENTS.filter(({ repairedAt }) => repairedAt !== undefined).length;
    const diagnosed = items.filter(({ diagnosisState }) => diagnosisState === 'done').length;
    if (diagnosed >= DEMO_INCIDENTS.length && items.filter(({ status }) => status === 'resolved').length >= repaired)
      return;
    await demoClock.wait(LOOK_EVERY, signal);
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}
