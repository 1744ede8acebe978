import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Span } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { spanSubject } from './span-subjects.ts';

/** A stretch of a request during which it waited for nothing but this span. */
export interface Segment {
  readonly span: Span;
  readonly ms: number;
}

type Children = (span: Span) => readonly Span[];

/**
 * The critical path of a request: walking back from its end, the child that ended last is what was waited for, then the one that ended before
 * that began. The segments add up to the duration of the root, so shortening any of them shortens the request.
 */
export function criticalPath(root: Span, children: Children): readonly Segment[] {
  const segments = new Map<Span, number>();
  const todo = [{ span: root, from: root.start, to: root.start + root.durationMs }];
  const walked = new Set<Span>();
  while (todo.length > 0) {
    const { span, from, to } = todo.pop() ?? { span: root, from: 0, to: 0 };
    // Broken recordings hold spans that are their own ancestors.
    if (walked.has(span)) continue;
    walked.add(span);
    let end = to;
    let own = 0;
    const waited = children(span)
      .filter(({ kind }) => kind !== 'consumer')
      .sort((left, right) => right.start + right.durationMs - (left.start + left.durationMs));
    for (const child of waited) {
      const [start, stop] = [Math.max(child.start, from), Math.min(child.start + child.durationMs, end)];
      // It ran beside what was waited for, or outside of its parent.
      if (stop <= start) continue;
      own += end - stop;
      todo.push({ span: child, from: start, to: stop });
      end = start;
    }
    segments.set(span, own + Math.max(0, end - from));
  }
  return [...segments].map(([span, ms]) => ({ span, ms }));
}

/** How much of the requests' critical paths a workload is, before and since a time, in milliseconds a request. */
export interface PathShare {
  readonly subject: Subject;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Of the growth of all requests' durations, the part this workload is; 0 when they did not grow. */
  readonly ofGrowth: number;
}

// Fewer requests of one kind on a side give no level to compare with.
const MIN_REQUESTS = 5;

interface Tally {
  readonly subjects: Map<string, { subject: Subject | null; before: number; after: number }>;
  before: number;
  after: number;
}

/** The workloads whose part of the critical path grew, the largest growth first; requests are compared with those of the same entry. */
export function pathShares(snapshot: Snapshot, since: Millis): readonly PathShare[] {
  const children = childrenOf(snapshot.traces.all);
  const entries = new Map<string, Tally>();
  for (const root of snapshot.traces.all) {
    if (root.parentSpanId && snapshot.traces.get(root.traceId, root.parentSpanId)) continue;
    const entry = `${root.service} ${root.name}`;
    const tally: Tally = entries.get(entry) ?? { subjects: new Map(), before: 0, after: 0 };
    entries.set(entry, tally);
    const side = root.start < since ? 'before' : 'after';
    tally[side]++;
    for (const { span, ms } of criticalPath(root, children)) {
      // What an answered call adds to its answer is the wire, nobody's own part of the path.
      const isWire = span.kind === 'client' && children(span).some(({ service }) => service !== span.service);
      const subject = isWire ? null : spanSubject(snapshot, span);
      const key = subject ? subjectKey(subject) : '';
      const known = tally.subjects.get(key) ?? { subject, before: 0, after: 0 };
      tally.subjects.set(key, known);
      known[side] += ms;
    }
  }
  return growthOf([...entries.values()].filter(({ before, after }) => before >= MIN_REQUESTS && after >= MIN_REQUESTS));
}

function childrenOf(spans: readonly Span[]): Children {
  const byParent = new Map<string, Span[]>();
  for (const span of spans) {
    if (!span.parentSpanId) continue;
    const key = `${span.traceId}/${span.parentSpanId}`;
    const list = byParent.get(key);
    if (list) list.push(span);
    else byParent.set(key, [span]);
  }
  return ({ traceId, spanId }) => byParent.get(`${traceId}/${spanId}`) ?? [];
}

function growthOf(entries: readonly Tally[]): readonly PathShare[] {
  const shares = new Map<string, { subject: Subject | null; beforeMs: number; afterMs: number }>();
  const requests = entries.reduce((sum, { after }) => sum + after, 0);
  for (const { subjects, before, after } of entries) {
    // Entries weigh by how often they are called now, so that a change of the mix is no growth.
    const weight = after / requests;
    for (const [key, { subject, before: old, after: now }] of subjects) {
      const share = shares.get(key) ?? { subject, beforeMs: 0, afterMs: 0 };
      shares.set(key, share);
      share.beforeMs += (old / before) * weight;
      share.afterMs += (now / after) * weight;
    }
  }
  const list = [...shares.values()];
  const grown = list.reduce((sum, { beforeMs, afterMs }) => sum + Math.max(0, afterMs - beforeMs), 0);
  return list
    .flatMap(({ subject, beforeMs, afterMs }): PathShare[] => {
      const ofGrowth = grown > 0 ? Math.max(0, afterMs - beforeMs) / grown : 0;
      return subject ? [{ subject, beforeMs, afterMs, ofGrowth }] : [];
    })
    .sort(
      (left, right) =>
        right.ofGrowth - left.ofGrowth || (subjectKey(left.subject) < subjectKey(right.subject) ? -1 : 1),
    );
}
