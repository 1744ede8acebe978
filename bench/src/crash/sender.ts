import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

/** One body to deliver; `name` tells it apart. */
export interface Letter {
  readonly name: string;
  readonly body: string;
}

/** Delivers as Alertmanager does: 200 is the end of it, 4xx too, anything else is tried again. */
export interface Sender {
  /** Adds bodies to what must be delivered. */
  add(letters: readonly Letter[]): void;
  /** Resolves when everything added was answered for good. */
  delivered(): Promise<void>;
  /** Bodies answered 200. */
  readonly answered: ReadonlySet<string>;
  /** Bodies that were refused for good, with the status. */
  readonly refused: ReadonlyMap<string, number>;
  retries(): number;
  stop(): Promise<void>;
}

const LANES = 8;
const PAUSE_MS = 150;

/** Starts delivering over a few connections at once. */
export function startSender(origin: string, token: string): Sender {
  const pool = new Pool(origin, { connections: LANES, pipelining: 1, headersTimeout: 15_000, bodyTimeout: 15_000 });
  const waiting: Letter[] = [];
  const answered = new Set<string>();
  const refused = new Map<string, number>();
  let added = 0;
  let retries = 0;
  const stopping = new AbortController();

  async function lane(): Promise<void> {
    while (!stopping.signal.aborted) {
      const letter = waiting.shift();
      if (!letter) {
        await sleep(10);
        continue;
      }
      const status = await deliver(letter);
      if (status === 200) answered.add(letter.name);
      else if (status >= 400 && status < 500) refused.set(letter.name, status);
      else {
        retries += 1;
        waiting.push(letter);
        await sleep(PAUSE_MS);
      }
    }
  }

  async function deliver({ body }: Letter): Promise<number> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    try {
      const answer = await pool.request({ path: '/webhook/alertmanager', method: 'POST', headers, body });
      await answer.body.dump();
      return answer.statusCode;
    } catch {
      return 0;
    }
  }

  const lanes = Array.from({ length: LANES }, lane);
  return {
    add(letters) {
      added += letters.length;
      waiting.push(...letters);
    },
    async delivered() {
      while (answered.size + refused.size < added) await sleep(20);
    },
    answered,
    refused,
    retries: () => retries,
    async stop() {
      stopping.abort();
      await Promise.all(lanes);
      await pool.destroy();
    },
  };
}
