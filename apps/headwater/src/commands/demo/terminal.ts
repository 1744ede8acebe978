import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '@headwater/core/errors.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import type { RecordingSource } from '@headwater/engine/ports/recording.ts';
import type { CommandContext } from '../../cli/context.ts';
import { startProgress } from '../../cli/progress.ts';
import { styleOf } from '../../cli/style.ts';
import { renderDiagnosisText } from '../../render/diagnosis-text.ts';
import { VERSION } from '../../version.ts';

/** Recordings shown by default: a workload fault, one that sits elsewhere than its alert, one that takes four services with it. */
const TERMINAL_RECORDINGS = ['oom-killed', 'network-policy-egress', 'hard-cascade'] as const;

// Labels of the scrape, not of the subject.
const PLUMBING = new Set([
  'alertname',
  'severity',
  'instance',
  'job',
  'endpoint',
  'prometheus',
  'uid',
  'service_account',
  'team',
]);

function shipped(name: string): string {
  return join(resolve(import.meta.dirname, '../../../../..'), 'recordings', name);
}

/** Diagnoses recordings one after the other through `replay`, exactly as a live cluster would be; three of ours when none are named. */
export async function runTerminalDemo(context: CommandContext, named: readonly string[]): Promise<void> {
  const { io } = context;
  const paths = named.length > 0 ? named : TERMINAL_RECORDINGS.map(shipped);
  const { paint } = styleOf(io);
  for (const path of paths) if (!existsSync(path)) throw new AppError('not_found', `there is no recording at ${path}`);
  io.out(paint('bold', `Headwater ${VERSION}: an alert comes in, its cause comes out with proof.\n`));
  for (const [index, path] of paths.entries()) {
    if (io.signal.aborted) return;
    await showIncident(context, path, `${index + 1} of ${paths.length}`);
  }
  io.out(
    [
      paint('bold', 'Next:'),
      '  npm run headwater -- diagnose --help             your own cluster, one alert, one object',
      '  npm run headwater -- replay recordings/oom-killed  look around in an incident with kubectl',
      '  npm run headwater -- bench recordings            how right the engine is, by one command',
      '',
    ].join('\n'),
  );
}

async function showIncident(context: CommandContext, path: string, position: string): Promise<void> {
  const { io, wiring } = context;
  const { paint } = styleOf(io);
  const source = await wiring.openRecording(path);
  io.out(`\n${paint(['bold', 'blue'], `Incident ${position}: ${source.manifest.title}`)}\n`);
  const alerts = await alertsOf(source);
  for (const { labels, status } of alerts.slice(0, 3))
    io.out(`  ${paint('red', status)} ${labels['alertname'] ?? 'alert'} ${paint('dim', labelText(labels))}\n`);
  if (alerts.length > 3) io.out(paint('dim', `  and ${alerts.length - 3} more alerts\n`));
  const replay = await wiring.startReplay({ source });
  io.out(paint('dim', `  the recorded cluster answers at ${replay.url}\n\n`));
  const progress = startProgress(io, 'Collecting');
  try {
    const started = io.monotonic();
    const { diagnosis, now } = await diagnoseReplay(context, {
      url: replay.url,
      kubeconfig: replay.kubeconfig,
      alerts,
      say: progress.say,
    });
    progress.done();
    io.out(renderDiagnosisText(diagnosis, styleOf(io), now));
    io.out(
      paint(
        'dim',
        `\n  ${diagnosis.engine.objects} objects, ${diagnosis.engine.analyzers} analyzers, collected and diagnosed in ${((io.monotonic() - started) / 1000).toFixed(1)} s\n`,
      ),
    );
  } finally {
    await replay.stop();
  }
}

interface ReplayedIncident {
  readonly url: string;
  readonly kubeconfig: string;
  readonly alerts: readonly Alert[];
  readonly say: (text: string) => void;
}

async function diagnoseReplay({ io, wiring }: CommandContext, { url, kubeconfig, alerts, say }: ReplayedIncident) {
  const [{ clusterInput }, { diagnose }] = await Promise.all([
    import('@headwater/engine/collect/from-cluster.ts'),
    import('@headwater/diagnosis/reasoning/diagnose.ts'),
  ]);
  const cluster = await wiring.openCluster({ kubeconfigText: kubeconfig, env: io.env, clock: io.now });
  const metrics = await wiring.openMetrics({ url: `${url}/prometheus` });
  const logArchive = await wiring.openLogArchive({ url: `${url}/loki` });
  const traces = await wiring.openTraces({ url: `${url}/tempo` });
  try {
    const now = (await cluster.time()) ?? io.now();
    const input = await clusterInput({
      sources: { cluster, metrics, logArchive, traces },
      now,
      alerts,
      subjects: [],
      namespaces: [],
      restrict: false,
      signal: io.signal,
      onProgress: say,
    });
    return { diagnosis: diagnose(input, { version: VERSION }), now };
  } finally {
    await Promise.all([cluster.close(), metrics.close(), logArchive.close(), traces.close()]);
  }
}

async function alertsOf(source: RecordingSource): Promise<Alert[]> {
  const alerts: Alert[] = [];
  for await (const item of source.read(['alerts'])) if (item.type === 'alert') alerts.push(item.alert);
  return alerts;
}

function labelText(labels: Alert['labels']): string {
  return Object.entries(labels)
    .filter(([name]) => !PLUMBING.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
