import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { callGraphOf } from './call-graph.ts';
import { median } from './robust.ts';
import type { Signal } from './signal.ts';
import { signalsOf } from './signals.ts';

export interface CallEdge {
  readonly caller: Subject;
  readonly callee: Subject;
}

/** How often a caller calls a callee for one request of its own, on average. */
export interface CallRatio {
  readonly calls: number;
  /** Counted on the edge, or told by a callee that nobody else calls; else all callers are taken to call equally often. */
  readonly exact: boolean;
}

/**
 * The ratio of calls to requests on an edge; null when rates are unknown. Edge counts are compared with edge counts and
 * request rates with request rates only: the former often come from sampled traces.
 */
export function callRatio(snapshot: Snapshot, { caller, callee }: CallEdge): CallRatio | null {
  const signals = signalsOf(snapshot);
  const graph = callGraphOf(snapshot);
  const edge = usual(signals.of('call-rate', caller, callee));
  const incoming = graph.callers(caller).map((other) => usual(signals.of('call-rate', other, caller)));
  const asked = sum(incoming);
  if (edge !== null && asked !== null && asked > 0) return { calls: edge / asked, exact: true };
  const callers = graph.callers(callee);
  const total = usual(signals.of('request-rate', callee));
  const requests = sum(callers.map((other) => usual(signals.of('request-rate', other))));
  if (total === null || requests === null || requests <= 0) return null;
  return { calls: total / requests, exact: callers.length === 1 };
}

/** The part of a callee's requests that comes from one caller, 0 to 1; 1 when rates are unknown. */
export function callShare(snapshot: Snapshot, { caller, callee }: CallEdge): number {
  const signals = signalsOf(snapshot);
  const callers = callGraphOf(snapshot).callers(callee);
  const edges = sum(callers.map((other) => usual(signals.of('call-rate', other, callee))));
  const edge = usual(signals.of('call-rate', caller, callee));
  if (edge !== null && edges !== null && edges > 0) return edge / edges;
  const requests = sum(callers.map((other) => usual(signals.of('request-rate', other))));
  const own = usual(signals.of('request-rate', caller));
  return own === null || requests === null || requests <= 0 ? 1 : own / requests;
}

/** The usual level of a rate: its median, which a fault in the last part of the series hardly moves. */
function usual(signal: Signal | undefined): number | null {
  return signal ? median(signal.samples.map(([, value]) => value)) : null;
}

/** The sum of numbers that are all known; null when one is not or there are none. */
function sum(values: readonly (number | null)[]): number | null {
  if (values.length === 0) return null;
  return values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);
}
