#!/usr/bin/env node
import { processIo } from './cli/io.ts';
import { run } from './cli/run.ts';
import { wire } from './wiring.ts';

const abort = new AbortController();
process.once('SIGINT', () => abort.abort('SIGINT'));
process.once('SIGTERM', () => abort.abort('SIGTERM'));
// A reader that closes early (`headwater ... | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await run(process.argv.slice(2), { io: processIo(abort.signal), wiring: wire });
