import { openStream } from './http.ts';
import { eventReader, type ServerEvent } from './sse.ts';

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'offline';

interface StreamOptions {
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (state: LiveState) => void;
  /** The connection came back after a loss; events may have been sent that this reader was never told of. */
  readonly onResume: () => void;
}

// Two missed heartbeats (the server sends one every 15 s) mean a dead connection that the browser has not noticed.
const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Follows the server's events until the signal ends it, reconnecting for ever and resuming where it stopped. */
export async function followEvents(options: StreamOptions, signal: AbortSignal): Promise<void> {
  let lastId: string | null = null;
  let failures = 0;
  options.onState('connecting');
  while (!signal.aborted) {
    try {
      await readOnce(lastId, signal, {
        opened: () => {
          if (failures > 0) options.onResume();
          failures = 0;
          options.onState('live');
        },
        event: (event) => {
          if (event.id !== null) lastId = event.id;
          options.onEvent(event);
        },
      });
    } catch {
      // A broken stream and a refused one are mended the same way: by asking again.
    }
    failures += 1;
    if (signal.aborted) return;
    options.onState(navigator.onLine ? 'reconnecting' : 'offline');
    await pause(Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS), signal);
  }
}

interface Reader {
  readonly opened: () => void;
  readonly event: (event: ServerEvent) => void;
}

async function readOnce(lastId: string | null, signal: AbortSignal, reader: Reader): Promise<void> {
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  const headers: Record<string, string> = { accept: 'text/event-stream' };
  if (lastId !== null) headers['last-event-id'] = lastId;
  const response = await openStream('/api/stream', headers, either);
  reader.opened();
  const parse = eventReader();
  const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    for (let piece = await stream?.read(); piece && !piece.done; piece = await stream?.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      for (const event of parse(piece.value)) reader.event(event);
    }
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      removeEventListener('online', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    addEventListener('online', done);
  });
}
