import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { addClusterOptions, type ClusterFlags } from '../cli/cluster-options.ts';
import type { CommandContext } from '../cli/context.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { startProgress } from '../cli/progress.ts';
import { type Style, styleOf, wrap } from '../cli/style.ts';
import { type Check, runChecks } from './doctor/checks.ts';
import { recordingChecks } from './doctor/recording-checks.ts';

const FORMATS = ['table', 'json', 'yaml'] as const;

interface DoctorFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly recording?: string;
  readonly output: (typeof FORMATS)[number];
}

/** `headwater doctor`: whether Headwater can see what it needs, and how to mend what it cannot. */
export function doctorCommand(context: CommandContext): Command {
  const command = new Command('doctor')
    .description(
      'Check configuration, cluster access, rights and telemetry, and say how to mend each. Exits 9 when a check fails.',
    )
    .option('-n, --namespace <name>', 'check rights in this namespace only, not over the whole cluster')
    .option('--recording <path>', 'check a recording instead: every malformed file with its line and what was expected')
    .addOption(new Option('-o, --output <format>', 'output format').choices(FORMATS).default('table'));
  return addClusterOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  headwater doctor\n  headwater doctor --context staging -o json\n  headwater doctor --recording incident.tar.gz\n',
    )
    .action((flags: DoctorFlags) => runDoctor(context, flags));
}

async function runDoctor(context: CommandContext, flags: DoctorFlags): Promise<void> {
  const { io, exit } = context;
  const progress = startProgress(io, 'Checking');
  const checks =
    flags.recording === undefined
      ? await runChecks(context, flags, progress.say)
      : await recordingChecks(await context.wiring.openRecording(flags.recording));
  progress.done();
  if (flags.output === 'json') io.out(`${JSON.stringify(checks, null, 2)}\n`);
  else if (flags.output === 'yaml') io.out(stringify(checks));
  else io.out(render(checks, styleOf(io)));
  if (checks.some(({ state }) => state === 'failed')) exit(EXIT.failed.code);
}

const LOOKS = { ok: 'green', gap: 'yellow', failed: 'red' } as const;
const INDENT = '          ';

function render(checks: readonly Check[], style: Style): string {
  const lines = checks.flatMap(({ state, what, mend }) => {
    const mark = style.paint(LOOKS[state], state.padEnd(8));
    const first = `${mark}  ${wrap(what, style.width, INDENT)}`;
    return mend === null
      ? [first]
      : [
          first,
          `${INDENT}${style.paint('dim', 'mend: ')}${mend
            .split('\n')
            .map((line) => wrap(line, style.width, INDENT))
            .join(`\n${INDENT}`)}`,
        ];
  });
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length;
  return `${lines.join('\n')}\n\n${count('ok')} ok, ${count('gap')} gaps, ${count('failed')} failed\n`;
}
