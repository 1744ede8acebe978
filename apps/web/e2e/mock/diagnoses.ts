import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const CACHE = join(ROOT, '.cache/web-mock/diagnoses.json');

/** Recordings whose diagnoses the mock serves: one of each look the page has to have. */
const RECORDINGS = [
  'oom-killed',
  'hard-cascade',
  'feature-flag',
  'node-disk-pressure',
  'pool-exhausted',
  'image-not-found',
  'selector-mismatch',
  'hard-two-faults',
  'certificate-expired',
  'hpa-at-max',
  'network-policy-ingress',
  'volume-full',
  'dns-config-wrong',
  'hard-evidence-gone',
] as const;

const run = promisify(execFile);

async function diagnose(recording: string): Promise<Diagnosis> {
  const main = join(ROOT, 'apps/headwater/src/main.ts');
  const options = ['diagnose', '--recording', join(ROOT, 'recordings', recording), '-o', 'json'];
  // The command ends with another code than 0 when it finds no cause, and prints the diagnosis all the same.
  const { stdout } = await run(process.execPath, [main, ...options], { maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(stdout) as Diagnosis;
}

const DAY_MS = 86_400_000;

/** What today's engine says of some recordings; kept for a day because fourteen runs take a while. */
export async function recordedDiagnoses(): Promise<Readonly<Record<string, Diagnosis>>> {
  if (existsSync(CACHE) && Date.now() - statSync(CACHE).mtimeMs < DAY_MS) {
    return JSON.parse(readFileSync(CACHE, 'utf8')) as Record<string, Diagnosis>;
  }
  const found: Record<string, Diagnosis> = {};
  for (const recording of RECORDINGS) found[recording] = await diagnose(recording);
  mkdirSync(dirname(CACHE), { recursive: true });
  writeFileSync(CACHE, JSON.stringify(found));
  return found;
}
