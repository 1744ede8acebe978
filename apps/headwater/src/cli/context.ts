import type { Wiring } from '../wiring.ts';
import type { Io } from './io.ts';

/** What every command gets: the process, the adapters, and a way to end with another exit code than 0. */
export interface CommandContext {
  readonly io: Io;
  readonly wiring: Wiring;
  readonly exit: (code: number) => void;
}
