import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

export interface Target {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Load {
  readonly target: Target;
  readonly seconds: number;
  /** Connections at once; a closed loop keeps each of them busy. */
  readonly connections: number;
  /** Requests a second, sent whether or not earlier ones were answered; undefined: as many as are answered. */
  readonly rate?: number | undefined;
  /** The body of the n-th request, counting from 0. */
  readonly body: (n: number) => string;
}

export interface Outcome {
  readonly sent: number;
  readonly answered: Readonly<Record<string, number>>;
  readonly perSecond: number;
  /** Milliseconds from the moment a request was due (open loop) or sent (closed loop) to its whole answer. */
  readonly milliseconds: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
}

/** Drives a server and measures its answers. An open loop counts the wait of a late request as its answer time. */
export async function drive(load: Load): Promise<Outcome> {
  const pool = new Pool(load.target.origin, { connections: load.connections, pipelining: 1 });
  const times: number[] = [];
  const answered: Record<string, number> = {};
  const ask = async (n: number, due: number): Promise<void> => {
    const status = await post(pool, load.target, load.body(n));
    times.push(performance.now() - due);
    answered[status] = (answered[status] ?? 0) + 1;
  };
  const started = performance.now();
  const sent = load.rate === undefined ? await closedLoop(load, ask) : await openLoop(load, { ask, rate: load.rate });
  const elapsed = (performance.now() - started) / 1000;
  await pool.close();
  return { sent, answered, perSecond: round((answered['200'] ?? 0) / elapsed), milliseconds: summary(times) };
}

type Ask = (n: number, due: number) => Promise<void>;

async function closedLoop({ seconds, connections }: Load, ask: Ask): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let n = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) await ask(n++, performance.now());
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return n;
}

async function openLoop(
  { seconds }: Load,
  { ask, rate }: { readonly ask: Ask; readonly rate: number },
): Promise<number> {
  const total = Math.round(seconds * rate);
  const started = performance.now();
  const pending = new Set<Promise<void>>();
  for (let n = 0; n < total; ) {
    const due = started + (n * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 1) {
      await sleep(wait);
      continue;
    }
    const one = ask(n++, due).finally(() => pending.delete(one));
    pending.add(one);
  }
  await Promise.all(pending);
  return total;
}

async function post(pool: Pool, { path, headers }: Target, body: string): Promise<string> {
  try {
    const answer = await pool.request({ path, method: 'POST', headers, body });
    await answer.body.dump();
    return String(answer.statusCode);
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'error';
  }
}

/** Percentiles of a list of durations in milliseconds. */
export function summary(times: readonly number[]): Outcome['milliseconds'] {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
