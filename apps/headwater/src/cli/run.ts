import { AppError, messageOf } from '@headwater/core/errors.ts';
import { CommanderError } from 'commander';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { CommandContext } from './context.ts';
import { buildProgram } from './program.ts';
import { styleOf } from './style.ts';

/** Runs one command line and returns its exit code; every error becomes one clear message on standard error. */
export async function run(argv: readonly string[], context: Omit<CommandContext, 'exit'>): Promise<number> {
  let code: number = EXIT.ok.code;
  const { io } = context;
  const program = buildProgram({ ...context, exit: (next) => void (code = next) });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok.code : EXIT.usage.code;
    if (io.signal.aborted) return EXIT.interrupted.code;
    const style = styleOf({ ...io, outIsTerminal: io.errIsTerminal });
    io.err(`${style.paint('red', 'error')}: ${messageOf(error)}\n`);
    if (!(error instanceof AppError)) io.err(`${error instanceof Error ? error.stack : ''}\n`);
    return exitCodeOf(error);
  }
}
