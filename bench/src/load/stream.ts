import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamEvent } from '@headwater/contracts/http/stream.ts';
import { createParser } from 'eventsource-parser';
import { request } from 'undici';

/** When incidents of a run were first seen on the live stream. */
export interface Watch {
  /** By incident: the moment it was opened, by `performance.now()`. */
  readonly opened: ReadonlyMap<string, number>;
  readonly diagnosed: ReadonlyMap<string, number>;
  /** The load group an incident is about, by incident. */
  readonly group: ReadonlyMap<string, number>;
  /** Waits until so many incidents were opened (and diagnosed), or the time is over. */
  until(count: number, seconds: number, seen?: 'opened' | 'diagnosed'): Promise<void>;
  stop(): void;
}

/** Follows the server's event stream. */
export async function watchIncidents(url: string, token: string): Promise<Watch> {
  const stopping = new AbortController();
  const opened = new Map<string, number>();
  const diagnosed = new Map<string, number>();
  const group = new Map<string, number>();
  const parser = createParser({
    onEvent({ data }) {
      const { kind, incidentId, ...event } = JSON.parse(data) as StreamEvent;
      if (incidentId === null) return;
      if (kind === 'incident.opened') {
        opened.set(incidentId, performance.now());
        const number = /app-(\d+)/.exec(JSON.stringify(event.data))?.[1];
        if (number !== undefined) group.set(incidentId, Number(number));
      }
      if (kind === 'incident.diagnosed' && !diagnosed.has(incidentId)) diagnosed.set(incidentId, performance.now());
    },
  });
  const { body } = await request(`${url}/api/stream`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    bodyTimeout: 0,
    signal: stopping.signal,
  });
  body.on('data', (chunk: Buffer) => parser.feed(chunk.toString('utf8')));
  body.on('error', () => undefined);
  return {
    opened,
    diagnosed,
    group,
    async until(count, seconds, seen = 'opened') {
      const end = performance.now() + seconds * 1000;
      while ((seen === 'opened' ? opened : diagnosed).size < count && performance.now() < end) await sleep(50);
    },
    stop: () => stopping.abort(),
  };
}
