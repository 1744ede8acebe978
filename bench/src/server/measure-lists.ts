import { AppError } from '@headwater/core/errors.ts';
import { request } from 'undici';

/** Milliseconds until the whole answer was there. */
export interface Timing {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly requests: number;
}

export interface Case {
  readonly name: string;
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly path: string | ((index: number) => string);
  readonly body?: unknown;
  readonly authorization: string;
}

/** The server, and a clock of milliseconds that only grow. */
export interface Target {
  readonly url: string;
  readonly elapsed: () => number;
}

const WARM_UP = 5;

/** One request after the other; anything but a success ends the bench. */
export async function measureCase({ url, elapsed }: Target, one: Case, requests: number): Promise<Timing> {
  const times: number[] = [];
  for (let index = -WARM_UP; index < requests; index++) {
    // What changes something is done once per place, so that nothing is measured that refuses.
    if (one.method !== undefined && index < 0) continue;
    const took = await timed({ url, elapsed }, one, index + WARM_UP);
    if (index >= 0) times.push(took);
  }
  return summary(times);
}

/** Several at once go round the cases, as people with open pages do. */
export async function measureTogether(
  target: Target,
  cases: readonly Case[],
  load: { readonly people: number; readonly requests: number },
): Promise<Timing> {
  const times: number[] = [];
  let next = 0;
  const person = async (): Promise<void> => {
    for (let index = next++; index < load.requests; index = next++) {
      const one = cases[index % cases.length];
      if (one) times.push(await timed(target, one, index));
    }
  };
  await Promise.all(Array.from({ length: load.people }, person));
  return summary(times);
}

async function timed({ url, elapsed }: Target, one: Case, index: number): Promise<number> {
  const { method = 'GET', path, body, authorization } = one;
  const address = `${url}${typeof path === 'string' ? path : path(index)}`;
  const started = elapsed();
  const answer = await request(address, {
    method,
    headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.body.text();
  const took = elapsed() - started;
  if (answer.statusCode < 300) return took;
  throw new AppError('internal', `${method} ${address} answered ${answer.statusCode}: ${text.slice(0, 300)}`);
}

function summary(times: readonly number[]): Timing {
  const sorted = [...times].sort((left, right) => left - right);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), max: at(1), requests: times.length };
}
