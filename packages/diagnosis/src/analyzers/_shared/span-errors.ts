import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeSpan, citeSpanStats } from '../../evidence/cite-traces.ts';
import type { Span } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { calledPeer, spanSubject } from '../../traces/span-subjects.ts';
import type { LogMatch } from './log-hits.ts';
import { spanWindows } from './recent-spans.ts';

/** A failure that the spans of a workload tell in their own words, as its log would. */
export interface SpanError<T extends LogMatch> {
  readonly match: T;
  /** The workload whose span failed. */
  readonly subject: Subject;
  readonly span: Span;
  /** The host the failed call went to; null for a span that is no call. */
  readonly host: string | null;
  readonly evidence: readonly Evidence[];
}

const AT_LEAST = 2;

/** Failures that `read` recognises in the messages of recent failed spans, one per workload and kind of failure. */
export function spanErrors<T extends LogMatch>(
  snapshot: Snapshot,
  read: (text: string) => T | null,
): readonly SpanError<T>[] {
  const groups = new Map<string, { first: SpanError<T>; count: number }>();
  for (const { span, errorOrigin } of spanWindows(snapshot).recent) {
    const match = span.error && errorOrigin ? read(wordsOf(span)) : null;
    if (!match) continue;
    const subject = spanSubject(snapshot, span);
    const key = `${subjectKey(subject)}#${match.key}`;
    const known = groups.get(key);
    if (known) known.count++;
    else groups.set(key, { first: errorOf(snapshot, { span, match, subject }), count: 1 });
  }
  return [...groups.values()].filter(({ count }) => count >= AT_LEAST).map(({ first }) => first);
}

function wordsOf({ statusMessage, attributes }: Span): string {
  return [attributes['exception.type'], attributes['exception.message'], statusMessage].filter(Boolean).join(': ');
}

function errorOf<T extends LogMatch>(
  snapshot: Snapshot,
  { span, match, subject }: { span: Span; match: T; subject: Subject },
): SpanError<T> {
  const stats = citeSpanStats(snapshot, { service: span.service, name: span.name, from: spanWindows(snapshot).from });
  return {
    match,
    subject,
    span,
    host: calledPeer(snapshot, span)?.name ?? null,
    evidence: [citeSpan(span), stats],
  };
}
