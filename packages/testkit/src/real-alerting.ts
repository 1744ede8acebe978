import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface AlertingOptions {
  /** How many Alertmanagers; more than one gossip with each other and each is told everything. */
  readonly alertmanagers: number;
  /** The webhook and the bearer token they send to. */
  readonly webhook: string;
  readonly token: string;
  /** The exposition Prometheus scrapes every second. */
  readonly metrics: () => string;
  /** The expression that fires, for a second, as the alert of that name with these labels beside the metric's own. */
  readonly rule: { readonly alert: string; readonly expr: string; readonly labels: Readonly<Record<string, string>> };
}

/** Debian's Prometheus and Alertmanagers on loopback. */
export interface RealAlerting {
  /** What the named process wrote last, for a test that fails. */
  said(): string;
  stop(): Promise<void>;
}

/** Whether both are on PATH (Debian: apt-get install prometheus prometheus-alertmanager). */
export function hasAlerting(): boolean {
  return ['prometheus', 'prometheus-alertmanager'].every(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

/** Starts them all; a metric that fires reaches the webhook within about six seconds, a resolve within two. */
export async function startAlerting(options: AlertingOptions): Promise<RealAlerting> {
  const directory = await mkdtemp(join(tmpdir(), 'headwater-alerting-'));
  const exporter = createServer((_, response) =>
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(options.metrics()),
  );
  const target = await listen(exporter);
  const programs: Program[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.stop()));
    exporter.close();
    exporter.closeAllConnections();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const addresses = await startAlertmanagers(directory, options, programs);
    await startPrometheus(directory, { ...options, target, addresses }, programs);
  } catch (error) {
    await stop();
    throw error;
  }
  return { said: () => programs.map((program) => program.said()).join('\n'), stop };
}

async function startAlertmanagers(directory: string, options: AlertingOptions, programs: Program[]): Promise<string[]> {
  const config = join(directory, 'alertmanager.yml');
  await writeFile(config, JSON.stringify(alertmanagerConfig(options)));
  const ports = await freePorts(options.alertmanagers * 2);
  const gossip = ports.slice(options.alertmanagers);
  const addresses: string[] = [];
  for (const [index, port] of ports.slice(0, options.alertmanagers).entries()) {
    const storage = join(directory, `alertmanager-${index}`);
    await mkdir(storage);
    // A short peer timeout makes the second one repeat what the first has just sent: duplicates are what is to be shown.
    const clustered = [
      `--cluster.listen-address=127.0.0.1:${gossip[index]}`,
      '--cluster.peer-timeout=1s',
      ...gossip.map((peer) => `--cluster.peer=127.0.0.1:${peer}`),
    ];
    const flags = [
      `--config.file=${config}`,
      `--storage.path=${storage}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(options.alertmanagers > 1 ? clustered : ['--cluster.listen-address=']),
    ];
    const program = run('prometheus-alertmanager', flags);
    programs.push(program);
    await program.ready(`http://127.0.0.1:${port}/-/ready`);
    addresses.push(`127.0.0.1:${port}`);
  }
  return addresses;
}

// JSON is YAML.
function alertmanagerConfig({ webhook, token }: AlertingOptions): object {
  return {
    route: {
      receiver: 'headwater',
      group_by: ['alertname', 'namespace'],
      group_wait: '1s',
      group_interval: '2s',
      repeat_interval: '1h',
    },
    receivers: [
      {
        name: 'headwater',
        webhook_configs: [
          { url: webhook, send_resolved: true, http_config: { authorization: { type: 'Bearer', credentials: token } } },
        ],
      },
    ],
  };
}

interface PrometheusOptions extends AlertingOptions {
  readonly target: number;
  readonly addresses: readonly string[];
}

async function startPrometheus(directory: string, options: PrometheusOptions, programs: Program[]): Promise<void> {
  const rules = join(directory, 'rules.yml');
  const config = join(directory, 'prometheus.yml');
  const rule = { ...options.rule, for: '1s', annotations: { summary: 'It fires at {{ $value }}.' } };
  await writeFile(rules, JSON.stringify({ groups: [{ name: 'demo', interval: '1s', rules: [rule] }] }));
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s', external_labels: { cluster: 'real' } },
      rule_files: [rules],
      alerting: { alertmanagers: [{ static_configs: [{ targets: options.addresses }] }] },
      scrape_configs: [
        { job_name: 'app', honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${options.target}`] }] },
      ],
    }),
  );
  const [port] = await freePorts(1);
  const program = run('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(directory, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // Resent sooner than the minute of the default, so that a restarted Alertmanager learns of what fires.
    '--rules.alert.resend-delay=2s',
  ]);
  programs.push(program);
  await program.ready(`http://127.0.0.1:${port}/-/ready`);
}

interface Program {
  ready(url: string): Promise<void>;
  said(): string;
  stop(): Promise<void>;
}

function run(program: string, flags: readonly string[]): Program {
  const child: ChildProcess = spawn(program, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4_000);
  });
  return {
    said: () => `${program}: ${said}`,
    async ready(url) {
      for (let attempt = 0; attempt < 300; attempt++) {
        if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${said}`);
        const answer = await fetch(url).catch(() => null);
        if (answer?.ok) return;
        await sleep(100);
      }
      throw new Error(`${program} was not ready in 30 s: ${said}`);
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

// All at once, so that none is given twice.
async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(probes.map(listen));
  await Promise.all(probes.map((probe) => new Promise((done) => probe.close(done))));
  return ports;
}
