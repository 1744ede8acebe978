import type { VerbContext } from '../context.ts';
import type { WantedNotice } from '../ports/store/outbox.ts';

// What changes nothing a reader outside sees: their incident looks the same before and after.
const SILENT = new Set(['incident.hidden', 'incident.commented', 'incident.snoozed']);
const READER = 'notify';
const BATCH = 500;

/**
 * Reads the events since the last call and notes for each destination which incidents it must be told of, in one transaction:
 * an event is noted exactly once, however often the process dies. Returns how many events were read.
 */
export async function queueNotices(
  { store, now }: Pick<VerbContext, 'store' | 'now'>,
  destinations: readonly string[],
): Promise<number> {
  return store.transaction(async ({ events, outbox }) => {
    // A destination configured today is not told of what happened before.
    const last = await outbox.lockCursor(READER, await events.newest());
    const happened = await events.after(last, BATCH);
    const newest = happened.at(-1);
    if (!newest) return 0;
    const wanted = new Map<string, WantedNotice>();
    for (const { id, kind, incidentId } of happened) {
      if (incidentId === null || SILENT.has(kind)) continue;
      for (const destination of destinations)
        wanted.set(`${destination} ${incidentId}`, { destination, incidentId, eventId: id });
    }
    if (wanted.size > 0) await outbox.want([...wanted.values()], now());
    await outbox.moveCursor(READER, newest.id);
    return happened.length;
  });
}
