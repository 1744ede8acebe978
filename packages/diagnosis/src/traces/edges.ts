import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeSeries } from '../evidence/cite-metrics.ts';
import { citeSpan } from '../evidence/cite-traces.ts';
import { placeOf } from '../metrics/label-subjects.ts';
import { namesOf } from '../metrics/names.ts';
import type { Series, Span } from '../snapshot/input.ts';
import { perSnapshot } from '../snapshot/per-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { factsOf } from './facts.ts';
import { calledPeer, spanSubject } from './span-subjects.ts';

/** That one workload calls another, as telemetry saw it. */
export interface ObservedCall {
  readonly from: Subject;
  readonly to: Subject;
  /** How many spans show it; 0 when metrics do. */
  readonly spans: number;
  /** Messages through a broker: the sender does not wait for an answer. */
  readonly queued: boolean;
  readonly cite: () => readonly Evidence[];
}

/** Every call between workloads that traces, service-graph or mesh metrics show, in canonical order. */
export const observedCalls = perSnapshot((snapshot: Snapshot): readonly ObservedCall[] => {
  const calls = new Map<string, ObservedCall>();
  for (const [key, { from, to, example, queued, count }] of tracedPairs(snapshot)) {
    calls.set(key, { from, to, spans: count, queued, cite: () => [citeSpan(example)] });
  }
  for (const { from, to, series } of measuredPairs(snapshot)) {
    const key = `${subjectKey(from)}>${subjectKey(to)}`;
    if (!calls.has(key))
      calls.set(key, { from, to, spans: 0, queued: isQueued(series), cite: () => [citeSeries(series)] });
  }
  return [...calls.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, call]) => call);
});

// Tempo and the collector's service graph mark edges they matched by a message's producer and consumer.
function isQueued({ labels }: Series): boolean {
  return labels['connection_type'] === 'messaging_system';
}

const EDGE_METRICS = ['traces_service_graph_request_total', 'istio_requests_total'] as const;

/** Edges that service-graph or mesh metrics counted; one sample above zero is enough, as a rate would need two. */
function measuredPairs(snapshot: Snapshot): readonly { from: Subject; to: Subject; series: Series }[] {
  const measured = EDGE_METRICS.flatMap((metric) => snapshot.metrics.find(metric));
  if (measured.length === 0) return [];
  const names = namesOf(snapshot);
  return measured.flatMap((series) => {
    const place = series.samples.some(([, value]) => value > 0) ? placeOf(series.labels, 'edge', names) : null;
    return place?.peer && subjectKey(place.subject) !== subjectKey(place.peer)
      ? [{ from: place.subject, to: place.peer, series }]
      : [];
  });
}

interface Pair {
  readonly from: Subject;
  readonly to: Subject;
  readonly example: Span;
  readonly queued: boolean;
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
    return {
      from: spanSubject(snapshot, parent),
      to: spanSubject(snapshot, span),
      example: parent,
      queued: parent.kind === 'producer',
    };
  }
  if (span.kind !== 'client' || answered) return null;
  const to = calledPeer(snapshot, span)?.subject;
  return to ? { from: spanSubject(snapshot, span), to, example: span, queued: false } : null;
}
