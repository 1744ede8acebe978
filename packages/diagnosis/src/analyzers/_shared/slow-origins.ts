import { type Subject, sameSubject, subjectKey } from '@headwater/core/subject.ts';
import { type Millis, MINUTE } from '@headwater/core/time.ts';
import type { Change } from '../../changes/change.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { type SlowWorkload, slowWorkloads } from '../../metrics/latency-blame.ts';
import { sharedCallee } from '../../metrics/shared-callee.ts';
import { activeShift, type Shift } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { repeatsCalls } from './retries.ts';
import { nodeNetworkFaults } from './node-network.ts';
import { nodesOf } from './placement.ts';
import { recentLevel, throttledWorkloads } from './saturation.ts';

/** Why an origin of slowness is slow, as far as signals and changes tell. */
export type SlowReason =
  | 'node-network'
  | 'saturated-node'
  | 'throttled'
  | 'data-service'
  /** Something it calls that nobody measures, together with others. */
  | 'shared-callee'
  | 'more-load'
  | 'rollout'
  | 'cpu'
  | 'own-time'
  /** It waits between the tries of failing calls. */
  | 'retries'
  /** Slow without working more: what is left is the way there. */
  | 'network';

export interface SlowOrigin {
  readonly slow: SlowWorkload;
  readonly reason: SlowReason;
  /** What shows the reason, where a signal does. */
  readonly shift: Shift | null;
  readonly change: Change | null;
}

/** A rollout this long before a step may have caused it: Pods come up one by one and metrics are averaged. */
const ROLLOUT_WINDOW = 15 * MINUTE;
const SLACK = 2 * MINUTE;
const SECOND_ORIGIN = 0.5;

/** The workloads that became slow by themselves, with the reason of each; those that only wait for them are left out. */
export const slowOrigins = perSnapshot((snapshot: Snapshot): readonly SlowOrigin[] => {
  const slow = slowWorkloads(snapshot);
  const [first] = slow;
  if (!first) return [];
  const graph = callGraphOf(snapshot);
  const linked = (left: Subject, right: Subject): boolean =>
    graph.below(left).has(subjectKey(right)) || graph.below(right).has(subjectKey(left));
  // A second origin must be about as slow and have no part in the first one's calls.
  const others = slow
    .slice(1)
    .filter((entry) => entry.score >= first.score * SECOND_ORIGIN && !linked(first.subject, entry.subject));
  return [first, ...others].map((entry) => ({ slow: entry, ...reasonOf(snapshot, entry) }));
});

/** The unmeasured callee that several slow workloads have in common, computed once. */
export const sharedSlowness = perSnapshot(sharedCallee);

/** The rollout of a workload shortly before a time; null when there was none. */
export function rolloutBefore(snapshot: Snapshot, subject: Subject, time: Millis): Change | null {
  const isRollout = ({ source, diff, time: at }: Change): boolean =>
    at <= time + SLACK &&
    at >= time - ROLLOUT_WINDOW &&
    (source === 'rollout' || diff.some(({ path }) => path.startsWith('spec.template')));
  return snapshot.changes.of(subject).findLast(isRollout) ?? null;
}

function reasonOf(snapshot: Snapshot, { subject, shift: slow, increase }: SlowWorkload): Omit<SlowOrigin, 'slow'> {
  const because = (
    reason: SlowReason,
    shift: Shift | null = null,
    change: Change | null = null,
  ): Omit<SlowOrigin, 'slow'> => ({ reason, shift, change });
  if (
    nodeNetworkFaults(snapshot).some(({ affected }) =>
      affected.some(({ signal }) => sameSubject(signal.subject, subject)),
    )
  )
    return because('node-network');
  const graph = callGraphOf(snapshot);
  const below = graph.below(subject);
  // A caller held back by its limit is late to read the answers, so its callees look slow as well.
  const linked = new Set([subjectKey(subject), ...below, ...graph.callers(subject).map(subjectKey)]);
  const throttled = [...throttledWorkloads(snapshot).values()].find((entry) => linked.has(subjectKey(entry.subject)));
  if (throttled) return because('throttled', throttled.shift);
  if (isOnFullNode(snapshot, subject)) return because('saturated-node');
  const data = busyDataService(snapshot, new Set([subjectKey(subject), ...below]));
  if (data) return because('data-service', data);
  if (sharedSlowness(snapshot)?.callers.some((caller) => sameSubject(caller.subject, subject)))
    return because('shared-callee');
  if (repeatsCalls(snapshot, subject)) return because('retries');
  const load = activeShift(snapshot, 'request-rate', subject, 'up');
  if (load && load.ratio >= 1.5 && load.onset <= slow.onset + SLACK) return because('more-load', load);
  const change = rolloutBefore(snapshot, subject, slow.onset);
  if (change) return because('rollout', null, change);
  const cpu = activeShift(snapshot, 'cpu', subject, 'up');
  if (cpu && cpu.ratio >= 1.5) return because('cpu', cpu);
  const own = activeShift(snapshot, 'self-time', subject, 'up');
  if (own && own.after.median - own.before.median >= increase / 2) return because('own-time', own);
  return because('network');
}

function isOnFullNode(snapshot: Snapshot, subject: Subject): boolean {
  const limits = [
    ['node-cpu', 0.9],
    ['node-disk-busy', 0.9],
  ] as const satisfies readonly (readonly [SignalName, number])[];
  return [...nodesOf(snapshot, subject).keys()].some((name) =>
    limits.some(([signalName, limit]) => {
      const signal = signalsOf(snapshot).of(signalName, { kind: 'Node', name });
      return signal !== undefined && recentLevel(signal) >= limit;
    }),
  );
}

function busyDataService(snapshot: Snapshot, keys: ReadonlySet<string>): Shift | null {
  for (const name of ['lock-waits', 'slow-queries', 'query-time', 'cache-evictions'] as const) {
    for (const signal of signalsOf(snapshot).all(name)) {
      const shift = keys.has(subjectKey(signal.subject)) ? activeShift(snapshot, name, signal.subject, 'up') : null;
      if (shift) return shift;
    }
  }
  return null;
}
