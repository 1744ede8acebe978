import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { parseCount, parseSpeed } from '../cli/numbers.ts';

interface ReplayFlags {
  readonly port: number;
  readonly speed?: number;
  readonly kubeconfig?: string;
}

/** `headwater replay`: serves a recording as a cluster with its Prometheus, Loki and Tempo, on loopback. */
export function replayCommand(context: CommandContext): Command {
  return new Command('replay')
    .description(
      'Serve a recording on loopback as a Kubernetes, Prometheus, Loki and Tempo API. Writes stay in memory. Ends with Ctrl-C.',
    )
    .argument('<path>', 'a recording: a directory or a .tar.gz')
    .option('--port <number>', 'port to listen on; 0 takes a free one', parseCount, 0)
    .option('--speed <factor>', 'play the journal from its start, this many recorded seconds a second', parseSpeed)
    .option('--kubeconfig <file>', 'write the kubeconfig here (default: a temporary file)')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater replay recordings/oom-killed\n  headwater replay incident.tar.gz --port 8001 --speed 60\n',
    )
    .action((path: string, flags: ReplayFlags) => runReplay(context, path, flags));
}

async function runReplay({ io, wiring }: CommandContext, path: string, flags: ReplayFlags): Promise<void> {
  const source = await wiring.openRecording(path);
  const replay = await wiring.startReplay({ source, port: flags.port, speed: flags.speed });
  const directory = flags.kubeconfig ? null : await mkdtemp(join(tmpdir(), 'headwater-replay-'));
  const kubeconfig = flags.kubeconfig ?? join(directory ?? '', 'kubeconfig');
  try {
    await writeFile(kubeconfig, replay.kubeconfig, { mode: 0o600 });
    io.out(instructions(source.manifest.title, replay.url, kubeconfig));
    if (!io.signal.aborted) await once(io.signal, 'abort');
  } finally {
    await replay.stop();
    if (directory) await rm(directory, { recursive: true, force: true });
  }
}

function instructions(title: string, url: string, kubeconfig: string): string {
  return [
    `Replaying "${title}" at ${url}. In another terminal:`,
    '',
    `  export KUBECONFIG=${kubeconfig}`,
    `  export HEADWATER_PROMETHEUS_URL=${url}/prometheus`,
    `  export HEADWATER_LOKI_URL=${url}/loki`,
    `  export HEADWATER_TEMPO_URL=${url}/tempo`,
    '  headwater diagnose          # or kubectl get pods -A',
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}
