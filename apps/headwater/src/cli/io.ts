import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { AppError } from '@headwater/core/errors.ts';

/** The process as commands see it; tests hand in their own. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin: () => Promise<string>;
  /** One line that must not be shown: typed unseen at a terminal, else the next line of standard input. */
  readonly secret: (prompt: string) => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  /** Milliseconds that only grow, for measuring. */
  readonly monotonic: () => number;
  /** Whether standard output is a terminal: colours and wrapping; standard error: progress. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly columns: number;
  /** Aborted by Ctrl-C and SIGTERM; long work ends soon after. */
  readonly signal: AbortSignal;
}

/** The real process. */
export function processIo(signal: AbortSignal): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdin: readStdin,
    secret: secretReader(),
    env: process.env,
    now: Date.now,
    monotonic: () => performance.now(),
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    columns: process.stdout.columns ?? 100,
    signal,
  };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

function secretReader(): Io['secret'] {
  let lines: string[] | undefined;
  return async (prompt) => {
    if (process.stdin.isTTY) return askUnseen(prompt);
    lines ??= (await readStdin()).split(/\r?\n/);
    return lines.shift() ?? '';
  };
}

async function askUnseen(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  // What is typed goes nowhere, so nothing of it is left on the screen.
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.once('SIGINT', () => reject(new AppError('invalid', 'stopped before anything was typed')));
      terminal.once('close', () => resolve(''));
      terminal.question('', resolve);
    });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
