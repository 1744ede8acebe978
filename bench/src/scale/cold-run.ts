import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ColdRun {
  readonly seconds: number;
  /** Peak resident memory of the process, in megabytes. */
  readonly megabytes: number;
  readonly verdict: string;
}

/** Runs `headwater diagnose` on a recording as a fresh process and measures it from outside. */
export async function coldRun(executable: string, recording: string): Promise<ColdRun> {
  const started = performance.now();
  const child = spawn(process.execPath, [executable, 'diagnose', '--recording', recording, '--output', 'json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let peak = 0;
  // The high-water mark of /proc is exact until the process is reaped; sampling only has to catch its end.
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid ?? 0));
  }, 20);
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
    peak = Math.max(peak, peakOf(child.pid ?? 0));
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(timer);
  if (code !== 0) throw new Error(`headwater diagnose ended with ${code}`);
  const { verdict } = JSON.parse(output) as { verdict: string };
  return { seconds: (performance.now() - started) / 1000, megabytes: Math.round(peak / 1024), verdict };
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
