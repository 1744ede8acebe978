import { AppError } from '@headwater/core/errors.ts';
import type { ClusterSources } from '@headwater/engine/collect/from-cluster.ts';
import type { Command } from 'commander';
import type { EndpointFlags, Wiring } from '../wiring.ts';
import type { Io } from './io.ts';
import { parseSeconds } from './numbers.ts';

/** Options of every command that reads a live cluster. */
export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly prometheus?: string;
  readonly loki?: string;
  readonly tempo?: string;
  readonly timeout: number;
}

const SYSTEMS = ['prometheus', 'loki', 'tempo'] as const;
type System = (typeof SYSTEMS)[number];

/** Adds the options; secrets come from variables or files only, so that they never stand in a process list. */
export function addClusterOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'kubeconfig to use (default: KUBECONFIG, in-cluster credentials, ~/.kube/config)')
    .option('--context <name>', 'kubeconfig context to use (default: the current one)')
    .option('--prometheus <url>', 'Prometheus-compatible server (HEADWATER_PROMETHEUS_URL)')
    .option('--loki <url>', 'Loki server (HEADWATER_LOKI_URL)')
    .option('--tempo <url>', 'Tempo server (HEADWATER_TEMPO_URL)')
    .option('--timeout <seconds>', 'time budget of one read', parseSeconds, 30)
    .addHelpText(
      'after',
      [
        '',
        'Each of PROMETHEUS, LOKI and TEMPO takes these variables:',
        '  HEADWATER_<SYSTEM>_TOKEN, _TOKEN_FILE, _USERNAME, _PASSWORD, _TENANT, _CA_FILE, _CERT_FILE, _KEY_FILE, _INSECURE=true',
      ].join('\n'),
    );
}

/** Opens the cluster and whatever telemetry is configured. */
export async function openSources(
  wiring: Wiring,
  io: Io,
  flags: ClusterFlags,
): Promise<ClusterSources & { close(): Promise<void> }> {
  const timeoutMs = flags.timeout * 1000;
  const cluster = await wiring.openCluster({
    kubeconfig: flags.kubeconfig,
    context: flags.context,
    timeoutMs,
    env: io.env,
    clock: io.now,
  });
  const endpoint = (system: System): EndpointFlags | null => endpointFlags(io, flags, system);
  const [prometheus, loki, tempo] = SYSTEMS.map(endpoint);
  const metrics = prometheus ? await wiring.openMetrics(prometheus) : undefined;
  const logArchive = loki ? await wiring.openLogArchive(loki) : undefined;
  const traces = tempo ? await wiring.openTraces(tempo) : undefined;
  const opened = [cluster, metrics, logArchive, traces].filter((source) => source !== undefined);
  return {
    cluster,
    metrics,
    logArchive,
    traces,
    close: async () => void (await Promise.all(opened.map((source) => source.close()))),
  };
}

function endpointFlags(io: Io, flags: ClusterFlags, system: System): EndpointFlags | null {
  const variable = (name: string): string | undefined =>
    io.env[`HEADWATER_${system.toUpperCase()}_${name}`] || undefined;
  const url = flags[system] ?? variable('URL');
  if (!url) return null;
  const username = variable('USERNAME');
  const password = variable('PASSWORD');
  if (password && !username)
    throw new AppError(
      'invalid',
      `HEADWATER_${system.toUpperCase()}_PASSWORD is set without HEADWATER_${system.toUpperCase()}_USERNAME`,
    );
  return {
    url,
    bearerToken: variable('TOKEN'),
    bearerTokenFile: variable('TOKEN_FILE'),
    basic: username ? { username, password: password ?? '' } : undefined,
    tenant: variable('TENANT'),
    caFile: variable('CA_FILE'),
    certFile: variable('CERT_FILE'),
    keyFile: variable('KEY_FILE'),
    insecureSkipVerify: variable('INSECURE') === 'true',
    timeoutMs: flags.timeout * 1000,
  };
}
