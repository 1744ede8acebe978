#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Hundreds of small files run from source: kept compiled, the second start takes a third of the first.
enableCompileCache();
const { processIo } = await import('./cli/io.ts');
const { run } = await import('./cli/run.ts');
const { wire } = await import('./wiring.ts');

const abort = new AbortController();
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.on(signal, () => {
    // The first asks, the second does not.
    if (abort.signal.aborted) process.exit(code);
    abort.abort(signal);
  });
// A reader that closes early (`headwater ... | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await run(process.argv.slice(2), { io: processIo(abort.signal), wiring: wire });
