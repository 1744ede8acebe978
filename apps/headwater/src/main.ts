#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Hundreds of small files run from source: kept compiled, the second start takes a third of the first.
enableCompileCache();
const { processIo } = await import('./cli/io.ts');
const { run } = await import('./cli/run.ts');
const { wire } = await import('./wiring.ts');

const abort = new AbortController();
process.once('SIGINT', () => abort.abort('SIGINT'));
process.once('SIGTERM', () => abort.abort('SIGTERM'));
// A reader that closes early (`headwater ... | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await run(process.argv.slice(2), { io: processIo(abort.signal), wiring: wire });
