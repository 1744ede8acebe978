import { setTimeout as sleep } from 'node:timers/promises';
import { IncidentDetail } from '@headwater/contracts/http/incident.ts';
import { StreamEvent } from '@headwater/contracts/http/stream.ts';
import { AppError } from '@headwater/core/errors.ts';
import { parseTime } from '@headwater/core/time.ts';
import { timelineText } from '@headwater/engine/views/timeline-text.ts';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { stringify } from 'yaml';
import type { Io } from '../../cli/io.ts';
import { type Style, styleOf } from '../../cli/style.ts';
import { type ApiClient, openApiClient } from '../../client/api-client.ts';
import { printable } from '../../render/printable.ts';
import type { WatchFlags } from '../incidents.ts';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

interface Place {
  cursor: number | undefined;
  seen: number;
  wait: number;
}

/** Prints events as they come, until Ctrl-C or the wanted count; comes back after every break where it stopped. */
export async function watchIncidents(io: Io, flags: WatchFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const only = flags.incident === undefined ? null : await idOf(client, flags.incident);
  const place: Place = { cursor: flags.after, seen: 0, wait: FIRST_WAIT };
  const isWanted = (event: StreamEvent): boolean => only === null || event.incidentId === only;
  while (!io.signal.aborted) {
    try {
      await follow(client, place, (event) => {
        if (!isWanted(event)) return false;
        print(io, flags, event);
        return ++place.seen === flags.count;
      });
      if (place.seen === flags.count) return;
    } catch (error) {
      if (!mayComeBack(error, io)) throw error;
    }
    await pause(io, place);
  }
}

/** Hands on events until the stream ends or `take` has enough. */
async function follow(client: ApiClient, place: Place, take: (event: StreamEvent) => boolean): Promise<void> {
  for await (const message of messages(client, place.cursor)) {
    place.wait = FIRST_WAIT;
    if (message.id !== undefined) place.cursor = Number(message.id);
    const event = eventOf(message);
    if (event !== null && take(event)) return;
  }
}

async function pause(io: Io, place: Place): Promise<void> {
  if (io.signal.aborted) return;
  if (io.errIsTerminal) io.err('connection lost; trying again\n');
  await sleep(place.wait, undefined, { signal: io.signal }).catch(() => undefined);
  place.wait = Math.min(place.wait * 2, LONGEST_WAIT);
}

async function idOf(client: ApiClient, id: string): Promise<string> {
  return (await client.get(`/api/v1/incidents/${encodeURIComponent(id)}`, IncidentDetail)).id;
}

interface Message {
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly data: string;
}

async function* messages(client: ApiClient, cursor: number | undefined): AsyncGenerator<Message> {
  const headers = { accept: 'text/event-stream', ...(cursor !== undefined && { 'last-event-id': String(cursor) }) };
  const answer = await client.open('/api/v1/events', headers);
  const text = new TextDecoderStream();
  const parser = new EventSourceParserStream();
  const reading = ReadableStream.from<Uint8Array>(answer.body).pipeThrough(text).pipeThrough(parser);
  try {
    for await (const message of reading) yield message;
  } finally {
    answer.body.destroy();
  }
}

function eventOf({ event, data }: Message): StreamEvent | null {
  // Anything but a plain message is about the stream, not about an incident.
  if (event !== undefined && event !== 'message') return null;
  try {
    return StreamEvent.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}

function mayComeBack(error: unknown, io: Io): boolean {
  if (io.signal.aborted) return true;
  // A stream that breaks in the middle throws the network's own error.
  return !(error instanceof AppError) || error.code === 'unavailable';
}

function print(io: Io, flags: WatchFlags, event: StreamEvent): void {
  if (flags.output === 'json') io.out(`${JSON.stringify(event)}\n`);
  else if (flags.output === 'yaml') io.out(`---\n${stringify(event, { lineWidth: 0 })}`);
  else io.out(`${line(event, styleOf(io))}\n`);
}

const LOOK: Readonly<Record<string, Parameters<Style['paint']>[0]>> = {
  'incident.opened': 'red',
  'incident.reopened': 'red',
  'incident.diagnosed': 'cyan',
  'incident.resolved': 'green',
};

function line(event: StreamEvent, { paint }: Style): string {
  const { at, kind, namespaces, cluster, data, actor } = printable(event);
  const clock = new Date(parseTime(at) ?? 0).toISOString().slice(11, 19);
  const where = `${cluster ?? ''}${namespaces.length > 0 ? `/${namespaces.join(',')}` : ''}`;
  const number = typeof data['number'] === 'number' ? `#${data['number']} ` : '';
  const text = timelineText({ kind, actor, payload: data });
  return `${clock}  ${paint(LOOK[kind] ?? 'dim', kind.replace('incident.', '').padEnd(14))}${number}${where}: ${text}`;
}
