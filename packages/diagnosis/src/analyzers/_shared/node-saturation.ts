import { sameSubject, type Subject } from '@headwater/core/subject.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { type Shift, shiftOf } from '../../metrics/shifts.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedNode, firingAlerts } from './firing-alerts.ts';
import { recentLevel } from './saturation.ts';

/** A Node that has no more of a resource to give, now. */
export interface SaturatedNode {
  readonly node: Subject;
  readonly signal: Signal;
  /** How it came to be; null when it was so through the window and an alert says it matters. */
  readonly shift: Shift | null;
  readonly alert: Alert | null;
}

/**
 * Nodes whose signal is at or above `limit` now and either rose to it or have an alert firing: a Node that is always full
 * and troubles nobody is well used.
 */
export function saturatedNodes(
  snapshot: Snapshot,
  { name, limit, alert }: { name: SignalName; limit: number; alert: RegExp },
): readonly SaturatedNode[] {
  const alerts = firingAlerts(snapshot, alert).map((firing) => ({ firing, node: alertedNode(snapshot, firing) }));
  return signalsOf(snapshot)
    .all(name)
    .flatMap((signal): SaturatedNode[] => {
      if (recentLevel(signal) < limit) return [];
      const shift = shiftOf(signal);
      const rose = shift?.persists && shift.direction === 'up' ? shift : null;
      const firing = alerts.find(({ node }) => node && sameSubject(node, signal.subject))?.firing ?? null;
      return rose || firing ? [{ node: signal.subject, signal, shift: rose, alert: firing }] : [];
    });
}

/** The CPUs of a Node as its status states them; null when it was not read. */
export function coresOf(snapshot: Snapshot, node: Subject): number | null {
  return parseQuantity(snapshot.objects.get('Node', null, node.name)?.status?.capacity?.['cpu']);
}
