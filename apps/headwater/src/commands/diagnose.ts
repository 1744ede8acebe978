import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { recordingInput } from '@headwater/engine/collect/from-recording.ts';
import { Command, Option } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { startProgress } from '../cli/progress.ts';
import { OUTPUTS, type Output, renderDiagnosis } from '../render/render.ts';
import { VERSION } from '../version.ts';

interface DiagnoseFlags {
  readonly recording?: string;
  readonly output: Output;
}

/** `headwater diagnose`: from an alert and what the cluster shows, the cause with its proof. */
export function diagnoseCommand(context: CommandContext): Command {
  return new Command('diagnose')
    .description('Find the cause of an alert, of an object, of a namespace or in a recording, with proof.')
    .option('--recording <path>', 'diagnose a recording: a directory or a .tar.gz')
    .addOption(new Option('-o, --output <format>', 'output format').choices(OUTPUTS).default('table'))
    .action((flags: DiagnoseFlags) => diagnoseRecording(context, flags));
}

async function diagnoseRecording(context: CommandContext, { recording, output }: DiagnoseFlags): Promise<void> {
  const { io, wiring, exit } = context;
  const progress = startProgress(io, `Reading ${recording}`);
  const source = await wiring.openRecording(recording ?? '');
  const input = await recordingInput(source);
  progress.say(`Diagnosing ${input.objects.length} objects`);
  const diagnosis = diagnose(input, { version: VERSION });
  progress.done();
  io.out(renderDiagnosis(diagnosis, output, { io, now: input.now }));
  if (diagnosis.verdict === 'insufficient-evidence') exit(EXIT.inconclusive.code);
}
