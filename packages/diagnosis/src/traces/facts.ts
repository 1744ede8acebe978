import type { Span } from '../snapshot/input.ts';
import { perSnapshot } from '../snapshot/per-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** What a span's place in its trace tells about it. */
export interface SpanFacts {
  readonly span: Span;
  readonly parent: Span | undefined;
  /** Time in the span itself: its duration less the union of its children's, in milliseconds. */
  readonly selfMs: number;
  /** For a call whose callee was traced: what the caller waited beyond what the callee took, in milliseconds. */
  readonly gapMs: number | null;
  /** The server span that answered a client span. */
  readonly answer: Span | undefined;
  /** An error none of whose children failed: where the failure began, as far as the trace shows. */
  readonly errorOrigin: boolean;
}

export interface TraceFacts {
  readonly all: readonly SpanFacts[];
  of(span: Span): SpanFacts | undefined;
}

/** The facts of every span, computed once in one pass over the traces. */
export const factsOf = perSnapshot((snapshot: Snapshot): TraceFacts => {
  const children = new Map<string, Span[]>();
  for (const span of snapshot.traces.all) {
    if (!span.parentSpanId) continue;
    const key = `${span.traceId}/${span.parentSpanId}`;
    const list = children.get(key);
    if (list) list.push(span);
    else children.set(key, [span]);
  }
  const bySpan = new Map<Span, SpanFacts>();
  for (const span of snapshot.traces.all) {
    const parent = span.parentSpanId ? snapshot.traces.get(span.traceId, span.parentSpanId) : undefined;
    bySpan.set(span, describe(span, parent, children.get(`${span.traceId}/${span.spanId}`) ?? []));
  }
  return { all: [...bySpan.values()], of: (span) => bySpan.get(span) };
});

function describe(span: Span, parent: Span | undefined, children: readonly Span[]): SpanFacts {
  const answer =
    span.kind === 'client'
      ? children.find(({ kind, service }) => kind === 'server' || service !== span.service)
      : undefined;
  return {
    span,
    parent,
    selfMs: selfTime(span, children),
    gapMs: answer ? Math.max(0, span.durationMs - answer.durationMs) : null,
    answer,
    errorOrigin: span.error && !children.some((child) => child.error),
  };
}

/** Duration less the union of the children's intervals; what runs after the span (queues) does not count. */
export function selfTime(span: Span, children: readonly Span[]): number {
  const end = span.start + span.durationMs;
  const intervals = children
    .filter(({ kind }) => kind !== 'consumer')
    .map((child): [number, number] => [
      Math.max(child.start, span.start),
      Math.min(child.start + child.durationMs, end),
    ])
    .filter(([from, to]) => to > from)
    .sort(([left], [right]) => left - right);
  let covered = 0;
  let reached = span.start;
  for (const [from, to] of intervals) {
    covered += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return Math.max(0, span.durationMs - covered);
}
