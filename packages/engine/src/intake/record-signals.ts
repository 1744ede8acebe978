import type { SignalBody, SignalReading } from '@headwater/contracts/webhooks/signal.ts';
import { allows } from '@headwater/core/access/permissions.ts';
import type { SignalReason } from '@headwater/core/alert/episode.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Store } from '../ports/store.ts';
import { commitSignals } from './commit-signals.ts';
import { clusterOf, type Delivery, type DeliveryOutcome, deliveryOf, namespaceOf } from './delivery.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';

/** What recording signals needs beyond the verb context; one per process. */
export interface Intake {
  readonly queue: GroupCommit<Delivery, DeliveryOutcome>;
  readonly metrics: Metrics;
  /** The cluster of alerts that carry no `cluster` label. */
  readonly defaultCluster: string;
}

export interface IntakeOptions {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly defaultCluster: string;
  readonly newId: (prefix: string) => string;
  /** Milliseconds that only grow, for measuring. */
  readonly elapsed: () => number;
  /** Alerts that may wait to be stored; more are refused. */
  readonly maxWaitingAlerts: number;
}

// Beyond this a transaction saves nothing more, and everybody in it waits for the last.
const MAX_TOGETHER = 1_000;

/** The queue between senders and the database. */
export function createIntake({
  store,
  metrics,
  defaultCluster,
  newId,
  elapsed,
  maxWaitingAlerts,
}: IntakeOptions): Intake {
  const commit = async (deliveries: readonly Delivery[]): Promise<readonly DeliveryOutcome[]> => {
    const started = elapsed();
    const done = (outcome: string): void =>
      metrics.observe('headwater_intake_commit_duration_seconds', { outcome }, (elapsed() - started) / 1000);
    try {
      const outcomes = await commitSignals(store, deliveries, newId);
      done('committed');
      metrics.observe(
        'headwater_intake_commit_alerts',
        {},
        deliveries.reduce((sum, { alerts }) => sum + alerts.length, 0),
      );
      return outcomes;
    } catch (error) {
      done('failed');
      throw error;
    }
  };
  const queue = createGroupCommit({
    commit,
    weigh: ({ alerts }) => alerts.length,
    maxWaiting: maxWaitingAlerts,
    maxTogether: MAX_TOGETHER,
    onWaiting: (alerts) => metrics.set('headwater_intake_waiting_alerts', {}, alerts),
  });
  return { queue, metrics, defaultCluster };
}

/** What became of a body. */
export interface RecordedSignals {
  readonly body: SignalBody;
  /** In the order of the body's alerts. */
  readonly reasons: readonly SignalReason[];
}

/**
 * Stores one sender's body and returns after the commit; nothing of a body is stored when anything of it is wrong, not
 * permitted, or fails. Throws `invalid` with JSON pointers, `forbidden`, or `unavailable`.
 */
export async function recordSignals(
  ctx: Pick<VerbContext, 'actor' | 'now'>,
  intake: Intake,
  reading: { readonly source: string; readonly signals: SignalReading },
): Promise<RecordedSignals> {
  const { signals } = reading;
  const count = (outcome: string): void =>
    intake.metrics.count('headwater_intake_deliveries_total', {
      source: signals.ok ? signals.body.source : reading.source,
      outcome,
    });
  try {
    const body = accepted(signals);
    authorizeBody(ctx, intake, body);
    const { reasons } = await intake.queue.submit(deliveryOf(body, intake.defaultCluster, ctx.now()));
    count('stored');
    countSignals(intake.metrics, body, reasons);
    return { body, reasons };
  } catch (error) {
    count(error instanceof AppError && error.code in REFUSALS ? error.code : 'failed');
    throw error;
  }
}

const REFUSALS = { invalid: true, forbidden: true, unavailable: true };

function accepted(signals: SignalReading): SignalBody {
  if (signals.ok) return signals.body;
  const [first] = signals.faults;
  const more = signals.faults.length > 1 ? ` (and ${signals.faults.length - 1} more)` : '';
  throw new AppError('invalid', `the body is malformed: ${first?.pointer || '/'}: ${first?.detail ?? ''}${more}`, {
    details: { errors: signals.faults },
  });
}

function authorizeBody(ctx: Pick<VerbContext, 'actor'>, intake: Intake, body: SignalBody): void {
  const checked = new Set<string>();
  for (const alert of body.alerts) {
    const cluster = clusterOf(alert, intake.defaultCluster);
    const namespace = namespaceOf(alert);
    const key = `${cluster}\u0000${namespace ?? ''}`;
    if (checked.has(key)) continue;
    checked.add(key);
    const place = { cluster, namespaces: namespace === null ? [] : [namespace] };
    const decision = allows(ctx.actor, 'signals.send', place);
    if (!decision.allowed)
      throw new AppError('forbidden', decision.reason, { details: { permission: 'signals.send' } });
  }
}

function countSignals(metrics: Metrics, body: SignalBody, reasons: readonly SignalReason[]): void {
  const { source } = body;
  const sums = new Map<SignalReason, number>();
  for (const reason of reasons) sums.set(reason, (sums.get(reason) ?? 0) + 1);
  for (const [reason, by] of sums) metrics.count('headwater_intake_signals_total', { source, reason }, by);
  if (body.truncatedAlerts > 0)
    metrics.count('headwater_intake_truncated_alerts_total', { source }, body.truncatedAlerts);
}
