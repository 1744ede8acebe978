import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Analyzer } from '@headwater/diagnosis/finding.ts';
import type { Alert, SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { Command, Option } from 'commander';
import { addClusterOptions, type ClusterFlags, openSources } from '../cli/cluster-options.ts';
import type { CommandContext } from '../cli/context.ts';
import { EXIT } from '../cli/exit-codes.ts';
import type { Io } from '../cli/io.ts';
import { type Progress, startProgress } from '../cli/progress.ts';
import { OUTPUTS, type Output, renderDiagnosis, renderExplanation } from '../render/render.ts';
import { VERSION } from '../version.ts';
import { readAlertFile } from './diagnose/read-alert-file.ts';
import { subjectsOf } from './diagnose/subjects.ts';

interface DiagnoseFlags extends ClusterFlags {
  readonly recording?: string;
  readonly alert?: string;
  readonly namespace?: string;
  readonly explain?: boolean;
  readonly rules?: readonly string[];
  readonly output: Output;
}

const EXAMPLES = `
Examples:
  headwater diagnose --recording recordings/oom-killed           a recording, no cluster needed
  headwater diagnose --alert alert.json                          what Alertmanager sent, against the current cluster
  curl -s $AM/api/v2/alerts | headwater diagnose --alert -       the alerts that fire now
  headwater diagnose deploy/checkout -n shop                     one object
  headwater diagnose -n shop                                     everything in one namespace
  headwater diagnose                                             the whole cluster
  headwater diagnose -n shop -o json | jq .causes                for programs
  headwater diagnose -n shop --rules ./rules                     with a team's own rules
  headwater diagnose --recording recordings/oom-killed --explain every hypothesis, its score by term, why it lost
`;

/** `headwater diagnose`: from an alert and what the cluster shows, the cause with its proof. */
export function diagnoseCommand(context: CommandContext): Command {
  const command = new Command('diagnose')
    .description(
      'Find the cause of an alert, of one object, of a namespace, of a cluster, or in a recording. Reads only.',
    )
    .argument('[object]', 'KIND/NAME to diagnose on the live cluster, such as deploy/checkout')
    .option('--recording <path>', 'diagnose a recording: a directory or a .tar.gz')
    .option('--alert <file>', 'Alertmanager webhook body or alert list to explain; - reads standard input')
    .option('-n, --namespace <name>', 'namespace of the object, or to scan')
    .option('--rules <path>', "a file or directory of a team's own rules; may be given several times", listOfPaths)
    .option('--explain', 'also print the hypotheses considered, each with its score by term and why it won or lost')
    .addOption(new Option('-o, --output <format>', 'output format').choices(OUTPUTS).default('table'));
  return addClusterOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((object: string | undefined, flags: DiagnoseFlags) => runDiagnose(context, object, flags));
}

function listOfPaths(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path];
}

async function runDiagnose(context: CommandContext, object: string | undefined, flags: DiagnoseFlags): Promise<void> {
  const { io, exit } = context;
  assertOneWay(object, flags);
  const progress = startProgress(io, 'Starting');
  try {
    const input = flags.recording
      ? await inputFromRecording(context, flags.recording, progress)
      : await inputFromCluster(context, { object, flags, progress });
    progress.say(`Diagnosing ${input.objects.length} objects`);
    const { verdict, text } = await answer(input, flags, io);
    progress.done();
    io.out(text);
    if (verdict === 'insufficient-evidence') exit(EXIT.inconclusive.code);
  } catch (error) {
    progress.fail('Stopped');
    throw error;
  }
}

function assertOneWay(object: string | undefined, { recording, alert, namespace }: DiagnoseFlags): void {
  const chosen = [recording && '--recording', alert && '--alert', object && 'KIND/NAME'].filter(Boolean);
  if (chosen.length > 1) throw new AppError('invalid', `${chosen.join(' and ')} cannot be used together; choose one`);
  if (recording && namespace)
    throw new AppError('invalid', '--namespace has no meaning with --recording: a recording is one incident');
}

async function inputFromRecording(
  { wiring }: CommandContext,
  path: string,
  progress: Progress,
): Promise<SnapshotInput> {
  progress.say(`Reading ${path}`);
  const [{ recordingInput }, source] = await Promise.all([
    import('@headwater/engine/collect/from-recording.ts'),
    wiring.openRecording(path),
  ]);
  return recordingInput(source);
}

interface LiveRequest {
  readonly object: string | undefined;
  readonly flags: DiagnoseFlags;
  readonly progress: Progress;
}

async function inputFromCluster(
  { io, wiring }: CommandContext,
  { object, flags, progress }: LiveRequest,
): Promise<SnapshotInput> {
  const alerts: readonly Alert[] = flags.alert ? await readAlertFile(flags.alert, io) : [];
  const { clusterInput } = await import('@headwater/engine/collect/from-cluster.ts');
  const sources = await openSources(wiring, io, flags);
  try {
    const subjects = object ? [await subjectsOf(sources.cluster, object, flags.namespace)] : [];
    return await clusterInput({
      sources,
      // The cluster's clock, not ours: ages of events and restarts are told in it.
      now: (await sources.cluster.time()) ?? io.now(),
      alerts,
      subjects,
      namespaces: flags.namespace && !object ? [flags.namespace] : [],
      restrict: false,
      signal: io.signal,
      onProgress: progress.say,
    });
  } finally {
    await sources.close();
  }
}

// A bad rule costs its own words only; it must be seen all the same.
async function ownAnalyzers(paths: readonly string[], io: Io): Promise<readonly Analyzer[]> {
  if (paths.length === 0) return [];
  const [{ rulesIn }, { refusal }] = await Promise.all([import('../rules/rule-files.ts'), import('./rules/check.ts')]);
  const { rules, bad } = rulesIn(paths);
  for (const one of bad) io.err(`Refused: ${refusal(one)}\n`);
  return rules.map(({ analyzer }) => analyzer);
}

interface Answer {
  readonly verdict: Diagnosis['verdict'];
  readonly text: string;
}

async function answer(input: SnapshotInput, { explain, output, rules }: DiagnoseFlags, io: Io): Promise<Answer> {
  const view = { io, now: input.now };
  const options = { version: VERSION, analyzers: await ownAnalyzers(rules ?? [], io) };
  if (!explain) {
    const { diagnose } = await import('@headwater/diagnosis/reasoning/diagnose.ts');
    const diagnosis = diagnose(input, options);
    return { verdict: diagnosis.verdict, text: renderDiagnosis(diagnosis, output, view) };
  }
  const [{ explainDiagnosis }, { buildSnapshot }] = await Promise.all([
    import('@headwater/diagnosis/reasoning/explanation.ts'),
    import('@headwater/diagnosis/snapshot/snapshot.ts'),
  ]);
  const explanation = explainDiagnosis(buildSnapshot(input), options);
  return { verdict: explanation.diagnosis.verdict, text: renderExplanation(explanation, output, view) };
}
