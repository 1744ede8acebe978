import { DATA_VARIABLE } from '@headwater/bench/cloud-opsbench/dataset.ts';
import { type OpsReport, reportOf, type Tally } from '@headwater/bench/cloud-opsbench/report.ts';
import type { CaseScore } from '@headwater/bench/cloud-opsbench/score.ts';
import { AppError } from '@headwater/core/errors.ts';
import { Command } from 'commander';
import type { CommandContext } from '../../cli/context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { parseCount, parseShare } from '../../cli/numbers.ts';
import { startProgress } from '../../cli/progress.ts';
import { renderTable } from '../../render/table.ts';
import { VERSION } from '../../version.ts';
import { writeResult } from './write-result.ts';

interface Flags {
  readonly data?: string;
  readonly json?: string;
  readonly only?: string;
  readonly rename?: number;
  readonly misses: number;
  readonly min?: number;
}

/** `headwater bench cloud-opsbench`: frozen incidents as kubectl text; A@1 and A@3 as the benchmark defines them. */
export function cloudOpsBenchCommand(context: CommandContext): Command {
  return new Command('cloud-opsbench')
    .description('Score the engine on Cloud-OpsBench: fault taxonomy, object and root cause must all be right.')
    .option('--data <dir>', `directory with the *.jsonl.gz files (default: the variable ${DATA_VARIABLE})`)
    .option('--only <text>', 'only cases whose id or root cause contains this text')
    .option('--rename <seed>', 'replace every name, label, image and port of the application first', parseCount)
    .option('--misses <count>', 'how many misses to list', parseCount, 30)
    .option('--min <share>', 'exit 9 when A@1 is below this share (0 to 1)', parseShare)
    .option('--json <file>', 'write the result here')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater bench cloud-opsbench --data ./cloud-opsbench\n  headwater bench cloud-opsbench --rename 7 --min 0.9 --json result.json\n',
    )
    .action((flags: Flags) => benchCloudOps(context, flags));
}

async function benchCloudOps(context: CommandContext, flags: Flags): Promise<void> {
  const { io, exit } = context;
  const directory = flags.data ?? io.env[DATA_VARIABLE];
  if (!directory)
    throw new AppError(
      'not_found',
      `no data directory: give --data DIR or set ${DATA_VARIABLE}; the data is not part of Headwater`,
    );
  // The whole engine stands behind these; `--help` must not wait for it.
  const [{ renameCase }, { runCloudOpsBench }] = await Promise.all([
    import('@headwater/bench/cloud-opsbench/rename.ts'),
    import('@headwater/bench/cloud-opsbench/run.ts'),
  ]);
  const progress = startProgress(io, 'Diagnosing');
  let seed = flags.rename ?? 0;
  let done = 0;
  const scores = await runCloudOpsBench({
    directory,
    version: VERSION,
    clock: io.monotonic,
    filter: ({ id, result }) => !flags.only || id.includes(flags.only) || result.root_cause.includes(flags.only),
    ...(flags.rename === undefined ? {} : { transform: (opsCase) => renameCase(opsCase, seed++) }),
    onCase: ({ id }) => progress.say(`${++done} ${id}`),
  });
  progress.done();
  const report = reportOf(scores);
  io.out(render(report, flags.misses));
  if (flags.json)
    writeResult(flags.json, {
      command: 'headwater bench cloud-opsbench',
      versions: { headwater: VERSION, node: process.versions.node },
      ...report,
      misses: report.misses.map(shortMiss),
    });
  if (flags.min !== undefined && report.total.first < flags.min) exit(EXIT.failed.code);
}

function render(report: OpsReport, misses: number): string {
  const row = ({ name, cases, first, third, medianMs }: Tally): string[] => [
    name,
    String(cases),
    first.toFixed(3),
    third.toFixed(3),
    medianMs.toFixed(1),
  ];
  const head = ['cases', 'A@1', 'A@3', 'ms (median)'];
  const lines = report.misses.slice(0, misses).map(({ id, label, verdict, predictions }) => {
    const answers = predictions.map((answer) => `${answer.label} @ ${answer.objects.join(' = ')}`).join('; ');
    return `  ${id}: expected ${label}; ${verdict}: ${answers || 'no cause'}`;
  });
  return [
    renderTable(['family', ...head], [...report.families.map(row), row(report.total)]),
    renderTable(['root cause', ...head], report.labels.map(row)),
    `${report.misses.length} of ${report.total.cases} were not first${lines.length > 0 ? ':' : '.'}`,
    ...lines,
    '',
  ].join('\n');
}

function shortMiss({ id, label, rank, verdict, predictions }: CaseScore): object {
  return { id, label, rank, verdict, predictions };
}
