import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { DATA_VARIABLE } from '@headwater/bench/cloud-opsbench/dataset.ts';
import type { SuiteReport } from '@headwater/bench/report.ts';
import type { CaseResult, Suite, SuiteOptions } from '@headwater/bench/suite.ts';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { Command } from 'commander';
import type { CommandContext } from '../../cli/context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { parseCount } from '../../cli/numbers.ts';
import { startProgress } from '../../cli/progress.ts';
import { renderTable } from '../../render/table.ts';
import { VERSION } from '../../version.ts';
import { writeResult, writeText } from './write-result.ts';

interface Flags {
  readonly data?: string;
  readonly only?: string;
  readonly seeds: number;
  readonly threads: number;
  readonly misses: number;
  readonly json?: string;
  readonly markdown?: string;
  readonly confusion?: string;
  readonly baseline?: string;
}

const DEFAULT_SEEDS = 20;

/** `headwater bench all`: every benchmark there is data for, one table, and a failure when a figure fell. */
export function allBenchCommand(context: CommandContext): Command {
  return new Command('all')
    .description(
      'Run every benchmark of the engine and compare with an earlier run. Exits 9 when a figure fell by more than half a point.',
    )
    .option(
      '--data <dir>',
      `directory with the data sets that are not part of Headwater (default: the variable ${DATA_VARIABLE})`,
    )
    .option('--only <names>', 'only these benchmarks, separated by commas')
    .option('--seeds <count>', 'seeds of every made fault', parseCount, DEFAULT_SEEDS)
    .option('--threads <count>', 'benchmark parts at the same time', parseCount, Math.min(4, availableParallelism()))
    .option('--misses <count>', 'how many wrong cases to list', parseCount, 20)
    .option('--baseline <file>', 'an earlier result to compare with')
    .option('--json <file>', 'write the result here')
    .option('--markdown <file>', 'write the table with the published figures here')
    .option('--confusion <file>', 'write what each made fault was taken for here')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater bench all --data ./data --baseline bench/results/all.json\n  headwater bench all --only synthetic,hard --seeds 5\n',
    )
    .action((flags: Flags) => benchAll(context, flags));
}

async function benchAll(context: CommandContext, flags: Flags): Promise<void> {
  const { io } = context;
  const [{ loadSuites }, { runSuites }] = await Promise.all([
    import('@headwater/bench/suites.ts'),
    import('@headwater/bench/pool/run-suites.ts'),
  ]);
  const data = flags.data ?? io.env[DATA_VARIABLE] ?? null;
  const options: SuiteOptions = {
    root: resolve(import.meta.dirname, '../../../../..'),
    data: data === null ? null : resolve(data),
    version: VERSION,
    clock: io.monotonic,
    seeds: flags.seeds,
  };
  const chosen = chosenSuites(await loadSuites(), flags.only);
  const suites = chosen.filter((suite) => suite.missing(options) === null);
  for (const suite of chosen) {
    const missing = suite.missing(options);
    if (missing) io.err(`Not run: ${suite.title}: ${missing}\n`);
  }
  if (suites.length === 0)
    throw new AppError('not_found', 'none of these benchmarks can run; see above for what they need');
  const earlier = flags.baseline ? readBaseline(flags.baseline) : [];
  const progress = startProgress(io, 'Measuring');
  const started = io.monotonic();
  const cases = await runSuites({
    suites,
    options,
    threads: flags.threads,
    onPart: ({ suite, part }, done, total) => progress.say(`${done}/${total} ${suite} ${part}`),
  });
  progress.done();
  await tell(context, flags, { suites, cases, earlier, seconds: (io.monotonic() - started) / 1000 });
}

interface Outcome {
  readonly suites: readonly Suite[];
  readonly cases: ReadonlyMap<string, readonly CaseResult[]>;
  readonly earlier: readonly SuiteReport[];
  readonly seconds: number;
}

async function tell(
  { io, exit }: CommandContext,
  flags: Flags,
  { suites, cases, earlier, seconds }: Outcome,
): Promise<void> {
  const [{ reportOf, markdownOf }, { confidenceReport }, { dropsSince }] = await Promise.all([
    import('@headwater/bench/report.ts'),
    import('@headwater/bench/calibration.ts'),
    import('@headwater/bench/baseline.ts'),
  ]);
  const reports = [...suites.map((suite) => reportOf(suite, cases.get(suite.name) ?? [])), confidenceReport(cases)];
  const drops = dropsSince(earlier, reports);
  io.out(await render(reports, flags.misses));
  io.out(`${Math.round(seconds)} seconds.\n`);
  for (const { suite, score, was, is } of drops)
    io.out(`FELL ${suite}: ${score} from ${was.toFixed(4)} to ${is.toFixed(4)}\n`);
  if (flags.json)
    writeResult(flags.json, {
      command: `headwater bench all --seeds ${flags.seeds}${flags.only ? ` --only ${flags.only}` : ''}`,
      versions: { headwater: VERSION, node: process.versions.node },
      seconds: Math.round(seconds),
      suites: reports,
    });
  if (flags.markdown) writeText(flags.markdown, markdownOf(reports));
  if (flags.confusion) {
    const { confusionReport } = await import('@headwater/bench/synthetic/confusion.ts');
    writeResult(flags.confusion, confusionReport(cases.get('synthetic') ?? []));
  }
  if (drops.length > 0) exit(EXIT.failed.code);
}

async function render(reports: readonly SuiteReport[], misses: number): Promise<string> {
  const { formatScore, missesBar } = await import('@headwater/bench/report.ts');
  const rows = reports.flatMap(({ title, scores }) =>
    scores.map((score, index) => [
      index === 0 ? title : '',
      score.name,
      formatScore(score),
      score.bar === undefined ? '' : `${score.bar}${missesBar(score) ? ' MISSED' : ''}`,
      String(score.cases),
      score.published ?? '',
    ]),
  );
  const wrong = reports.flatMap(({ name, wrong: list }) => list.map((one) => ({ suite: name, ...one })));
  const lines = wrong
    .slice(0, misses)
    .map(({ suite, id, arm, truth, answer }) => `  ${suite} ${id} (${arm}): expected ${truth}; ${answer}`);
  return [
    renderTable(['benchmark', 'figure', 'ours', 'bar', 'cases', 'published'], rows),
    `${wrong.length} cases were wrong${lines.length > 0 ? ':' : '.'}`,
    ...lines,
    '',
  ].join('\n');
}

function chosenSuites(suites: readonly Suite[], only: string | undefined): readonly Suite[] {
  if (!only) return suites;
  return only.split(',').map((name) => {
    const found = suites.find((suite) => suite.name === name.trim());
    if (found) return found;
    throw new AppError(
      'invalid',
      `--only: there is no benchmark ${name}; there are ${suites.map((suite) => suite.name).join(', ')}`,
    );
  });
}

function readBaseline(file: string): SuiteReport[] {
  if (!existsSync(file)) throw new AppError('not_found', `--baseline: there is no ${file}`);
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { suites: SuiteReport[] }).suites;
  } catch (error) {
    throw new AppError('invalid', `--baseline: ${file} is not a result of bench all: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
