import yoctoSpinner from 'yocto-spinner';
import type { Io } from './io.ts';

/** Progress of long work: a spinner on a terminal, silence in a pipe. */
export interface Progress {
  readonly say: (text: string) => void;
  readonly done: (text?: string) => void;
  readonly fail: (text: string) => void;
}

/** Starts showing progress on standard error. */
export function startProgress(io: Io, text: string): Progress {
  if (!io.errIsTerminal) return { say: () => {}, done: () => {}, fail: () => {} };
  const spinner = yoctoSpinner({ text }).start();
  return {
    say: (next) => {
      spinner.text = next;
    },
    done: (last) => void (last === undefined ? spinner.stop() : spinner.success(last)),
    fail: (last) => void spinner.error(last),
  };
}
