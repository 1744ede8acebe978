import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { RecordingManifest } from '@headwater/contracts/recording/manifest.ts';
import { AppError } from '@headwater/core/errors.ts';
import { formatBytes } from '@headwater/core/kube/quantity.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import { Command } from 'commander';
import { addClusterOptions, type ClusterFlags, openSources } from '../cli/cluster-options.ts';
import type { CommandContext } from '../cli/context.ts';
import { parseBytes, parseWindow } from '../cli/numbers.ts';
import { startProgress } from '../cli/progress.ts';
import { readAlertFile } from './diagnose/read-alert-file.ts';

interface RecordFlags extends ClusterFlags {
  readonly namespace: readonly string[];
  readonly alert?: string;
  readonly since: number;
  readonly title?: string;
  readonly maxSize: number;
  readonly maxLogSize: number;
}

const EXAMPLES = `
Examples:
  headwater record incident.tar.gz -n shop -n payments
  headwater record incident --alert alert.json --since 2h
  headwater diagnose --recording incident.tar.gz

Secret values are never read. Tokens and passwords in logs and environment variables are masked, Secret-like values are replaced by
their length and a keyed hash whose key is thrown away. Look through a recording before you hand it on.
`;

/** `headwater record`: saves what a diagnosis would look at as a portable, redacted recording. */
export function recordCommand(context: CommandContext): Command {
  const command = new Command('record')
    .description('Save one incident of a live cluster as a recording: a directory, or a .tar.gz. Reads only.')
    .argument('<path>', 'where to write it; nothing may be there yet')
    .option(
      '-n, --namespace <name>',
      'namespace to record; repeat for several (default: all)',
      (name: string, all: readonly string[]) => [...all, name],
      [] as readonly string[],
    )
    .option('--alert <file>', 'Alertmanager body to record with it; - reads standard input')
    .option('--since <duration>', 'how far back logs, metrics and traces go', parseWindow, 3_600_000)
    .option('--title <text>', 'one sentence of the symptom')
    .option('--max-size <size>', 'cap of the whole recording before compression', parseBytes, 512 * 2 ** 20)
    .option('--max-log-size <size>', 'cap of one container log', parseBytes, 16 * 2 ** 20);
  return addClusterOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((path: string, flags: RecordFlags) => runRecord(context, path, flags));
}

async function runRecord(context: CommandContext, path: string, flags: RecordFlags): Promise<void> {
  const { io, wiring } = context;
  if (existsSync(path)) throw new AppError('conflict', `${path} exists already; give a path where nothing is`);
  const alerts: readonly Alert[] = flags.alert ? await readAlertFile(flags.alert, io) : [];
  const progress = startProgress(io, 'Connecting');
  const sources = await openSources(wiring, io, flags);
  try {
    const now = (await sources.cluster.time()) ?? io.now();
    const manifest = manifestOf(path, flags, {
      alerts,
      now,
      cluster: sources.cluster.name,
      version: await sources.cluster.version(),
    });
    const { clusterItems } = await import('@headwater/engine/collect/record-cluster.ts');
    const window = { from: now - flags.since, to: now };
    const items = clusterItems({
      sources,
      now,
      alerts,
      subjects: [],
      namespaces: flags.namespace,
      restrict: flags.namespace.length > 0,
      window,
      signal: io.signal,
      onProgress: progress.say,
    });
    const written = await wiring.writeRecording(items, {
      path,
      manifest: withSources(manifest, sources),
      maxBytes: flags.maxSize,
      maxLogBytes: flags.maxLogSize,
    });
    progress.done();
    io.out(
      `Recorded ${written.objects} objects and ${written.logs} logs (${formatBytes(written.bytes)} before compression) to ${path}\n`,
    );
  } catch (error) {
    progress.fail('Stopped; nothing was written');
    throw error;
  } finally {
    await sources.close();
  }
}

interface Recorded {
  readonly alerts: readonly Alert[];
  readonly now: number;
  readonly cluster: string;
  readonly version: string;
}

function manifestOf(
  path: string,
  { title, since, namespace }: RecordFlags,
  { alerts, now, cluster, version }: Recorded,
): RecordingManifest {
  const [first] = alerts;
  const slug = basename(path)
    .replace(/\.(tar\.gz|tgz)$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '');
  return {
    format: 'headwater.recording/v1',
    name: slug || 'recording',
    title:
      title ??
      first?.annotations['summary'] ??
      first?.labels['alertname'] ??
      `Recorded from ${namespace.join(', ') || 'the whole cluster'}`,
    now: formatTime(now),
    window: { from: formatTime(now - since), to: formatTime(now) },
    cluster: { name: cluster, version },
  };
}

function withSources(
  manifest: RecordingManifest,
  { metrics, traces }: { metrics?: unknown; traces?: unknown },
): RecordingManifest {
  return {
    ...manifest,
    sources: {
      objects: 'present',
      logs: 'present',
      metrics: metrics ? 'present' : 'absent',
      traces: traces ? 'present' : 'absent',
      history: 'absent',
    },
  };
}
