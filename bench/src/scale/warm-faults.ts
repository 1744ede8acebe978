import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Measured, WarmFault } from './measure-warm.ts';
import { quantile } from '../statistics.ts';

/** A heap of two gigabytes must hold the largest cluster. */
const HEAP_MEGABYTES = 2_048;

export interface WarmOptions {
  readonly pods: number;
  readonly runs: number;
  /** One fault of the corpus; every one when absent. */
  readonly fault?: string;
  readonly onFault?: (measured: WarmFault) => void;
}

/** Diagnoses faults inside a cluster of so many Pods in a fresh process of bounded heap. */
export async function warmFaults({ pods, runs, fault, onFault }: WarmOptions): Promise<WarmFault[]> {
  const script = join(import.meta.dirname, 'measure-warm.ts');
  const wanted = ['--pods', String(pods), '--runs', String(runs), ...(fault ? ['--fault', fault] : [])];
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MEGABYTES}`, script, ...wanted], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const faults: WarmFault[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const measured = JSON.parse(line) as WarmFault;
    faults.push(measured);
    onFault?.(measured);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`the diagnoses of ${pods} Pods ended with ${code}`);
  return faults;
}

export interface Spread {
  readonly median: Measured;
  readonly p95: Measured;
}

/** Median and 95th percentile over faults. */
export function spreadOf(faults: readonly WarmFault[], part: (fault: WarmFault) => Measured): Spread {
  const at = (share: number): Measured => ({
    wall: quantile(
      faults.map((fault) => part(fault).wall),
      share,
    ),
    cpu: quantile(
      faults.map((fault) => part(fault).cpu),
      share,
    ),
  });
  return { median: at(0.5), p95: at(0.95) };
}
