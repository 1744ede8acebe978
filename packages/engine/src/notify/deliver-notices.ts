import { HOUR, MINUTE, SECOND } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { IncidentNotice, Notifier, NoticeOutcome } from '../ports/notifier.ts';
import type { DueNotice } from '../ports/store/outbox.ts';

export interface DeliverOptions {
  readonly notifiers: readonly Notifier[];
  /** The page's address, without a slash at its end; null when none is configured. */
  readonly publicUrl: string | null;
  readonly signal: AbortSignal;
}

// Longer than any destination takes to answer, so that a notice is never sent by two processes at once.
const LEASE = 2 * MINUTE;
const LIMIT = 20;
const FIRST_PAUSE = 5 * SECOND;
const LONGEST_PAUSE = HOUR;
const GIVE_UP_AFTER = 20;

/** Tells every destination what it must still be told, the present state once for any number of events. Returns how many were tried. */
export async function deliverNotices(
  context: Pick<VerbContext, 'store' | 'now'>,
  options: DeliverOptions,
): Promise<number> {
  const now = context.now();
  const due = await context.store.outbox.claim(now, { leaseUntil: now + LEASE, limit: LIMIT });
  for (const notice of due) {
    if (options.signal.aborted) break;
    await deliver(context, options, notice);
  }
  return due.length;
}

async function deliver(
  { store, now }: Pick<VerbContext, 'store' | 'now'>,
  { notifiers, publicUrl }: DeliverOptions,
  due: DueNotice,
): Promise<void> {
  const notifier = notifiers.find(({ destination }) => destination === due.destination);
  const incident = await store.outbox.notice(due.incidentId);
  if (!incident) return;
  const notice: IncidentNotice = { ...incident, url: publicUrl && `${publicUrl}/incidents/${due.incidentId}` };
  const outcome: NoticeOutcome = notifier
    ? await notifier.tell({ notice, receipt: due.receipt, uncertain: due.attempts > 1 })
    : { state: 'refused', reason: `${due.destination} is not configured any more` };
  if (outcome.state === 'sent') {
    await store.outbox.told(due, { event: due.wantedEvent, receipt: outcome.receipt, now: now() });
    return;
  }
  const dead = outcome.state === 'refused' || due.attempts >= GIVE_UP_AFTER;
  await store.outbox.postpone(due, {
    nextAttemptAt: now() + pauseAfter(due.attempts, outcome),
    error: outcome.reason,
    receipt: outcome.state === 'retry' ? outcome.receipt : due.receipt,
    dead,
    now: now(),
  });
}

function pauseAfter(attempts: number, outcome: NoticeOutcome): number {
  if (outcome.state === 'retry' && outcome.after !== null) return outcome.after;
  return Math.min(FIRST_PAUSE * 2 ** Math.max(0, attempts - 1), LONGEST_PAUSE);
}
