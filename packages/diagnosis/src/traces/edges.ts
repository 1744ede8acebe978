import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeSignal } from '../evidence/cite-metrics.ts';
import { citeSpan } from '../evidence/cite-traces.ts';
import { signalsOf } from '../metrics/signals.ts';
import type { Span } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { factsOf } from './facts.ts';
import { calledPeer, spanSubject } from './span-subjects.ts';

/** That one workload calls another, as telemetry saw it. */
export interface ObservedCall {
  readonly from: Subject;
  readonly to: Subject;
  /** How many spans show it; 0 when metrics do. */
  readonly spans: number;
  readonly cite: () => readonly Evidence[];
}

const memo = new WeakMap<Snapshot, readonly ObservedCall[]>();

/** Every call between workloads that traces, service-graph or mesh metrics show, in canonical order. */
export function observedCalls(snapshot: Snapshot): readonly ObservedCall[] {
  const known = memo.get(snapshot);
  if (known) return known;
  const calls = new Map<string, ObservedCall>();
  for (const [key, { from, to, example, count }] of tracedPairs(snapshot)) {
    calls.set(key, { from, to, spans: count, cite: () => [citeSpan(example)] });
  }
  for (const signal of signalsOf(snapshot).all('call-rate')) {
    if (!signal.peer || signal.metric === 'spans' || !signal.samples.some(([, value]) => value > 0)) continue;
    const key = `${subjectKey(signal.subject)}>${subjectKey(signal.peer)}`;
    if (!calls.has(key))
      calls.set(key, { from: signal.subject, to: signal.peer, spans: 0, cite: () => [citeSignal(signal)] });
  }
  const sorted = [...calls.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, call]) => call);
  memo.set(snapshot, sorted);
  return sorted;
}

interface Pair {
  readonly from: Subject;
  readonly to: Subject;
  readonly example: Span;
  count: number;
}

function tracedPairs(snapshot: Snapshot): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const { span, parent, answer } of factsOf(snapshot).all) {
    const ends = endsOf(snapshot, { span, parent, answered: answer !== undefined });
    if (!ends) continue;
    const key = `${subjectKey(ends.from)}>${subjectKey(ends.to)}`;
    const pair = pairs.get(key);
    if (pair) pair.count++;
    else if (subjectKey(ends.from) !== subjectKey(ends.to)) pairs.set(key, { ...ends, count: 1 });
  }
  return pairs;
}

function endsOf(
  snapshot: Snapshot,
  { span, parent, answered }: { span: Span; parent: Span | undefined; answered: boolean },
): Omit<Pair, 'count'> | null {
  if (parent && parent.service !== span.service) {
    return { from: spanSubject(snapshot, parent), to: spanSubject(snapshot, span), example: parent };
  }
  if (span.kind !== 'client' || answered) return null;
  const to = calledPeer(snapshot, span)?.subject;
  return to ? { from: spanSubject(snapshot, span), to, example: span } : null;
}
