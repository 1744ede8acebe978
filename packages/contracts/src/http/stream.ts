import { z } from 'zod';
import { Time } from './common.ts';

/** One event of the live stream; `id` grows in the order things happened and resumes a broken stream. */
export const StreamEvent = z
  .object({
    id: z.int(),
    at: Time,
    kind: z.string().describe('As in the timeline, such as `incident.opened`'),
    incidentId: z.string().nullable(),
    cluster: z.string().nullable(),
    namespaces: z.array(z.string()),
    actor: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'StreamEvent' });
export type StreamEvent = z.infer<typeof StreamEvent>;

const EventId = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const StreamQuery = z.object({
  after: EventId.optional().describe('Id of the last event already held; `Last-Event-ID` says the same'),
  ticket: z.string().max(100).optional().describe('A stream ticket, where no header can be sent'),
});

export const StreamHeaders = z.object({
  'last-event-id': z.preprocess((value) => (value === '' ? undefined : value), EventId.optional()),
});

/** A way in for `EventSource` and `WebSocket` of a browser, which cannot send an Authorization header. */
export const StreamTicket = z
  .object({ ticket: z.string(), expiresAt: Time })
  .meta({ id: 'StreamTicket', description: 'Opens one stream, once, within half a minute.' });
export type StreamTicket = z.infer<typeof StreamTicket>;

/** What a WebSocket client says first, when its handshake carried neither token nor ticket. */
export const SocketHello = z.object({ token: z.string().min(1).max(4096), after: EventId.optional() });

/** What the server says over a WebSocket. */
export const SocketMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), event: StreamEvent }),
  z.object({ type: z.literal('heartbeat'), id: z.int() }),
  z.object({ type: z.literal('reset'), id: z.int() }),
]);
export type SocketMessage = z.infer<typeof SocketMessage>;
