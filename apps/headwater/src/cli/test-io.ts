import type { Io } from './io.ts';

export interface CapturedIo {
  readonly io: Io;
  stdout(): string;
  stderr(): string;
}

/** A process for tests: output is captured, nothing is a terminal. */
export function captureIo(overrides: Partial<Io> = {}): CapturedIo {
  let stdout = '';
  let stderr = '';
  const io: Io = {
    out: (text) => void (stdout += text),
    err: (text) => void (stderr += text),
    stdin: () => Promise.resolve(''),
    secret: () => Promise.resolve(''),
    env: {},
    now: () => Date.parse('2026-03-01T10:00:00Z'),
    monotonic: () => 0,
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 100,
    signal: new AbortController().signal,
    ...overrides,
  };
  return { io, stdout: () => stdout, stderr: () => stderr };
}
