import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Span } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { SpanFacts } from '../../traces/facts.ts';
import { calledPeer, spanSubject } from '../../traces/span-subjects.ts';
import { spanWindows } from '../_shared/recent-spans.ts';

/** Where errors begin, over all recent traces. */
export interface FailureOrigin {
  /** The workload that fails; null when the name of a callee means nothing in the cluster. */
  readonly blamed: Subject | null;
  readonly blamedName: string;
  /** True when its own span failed; false when a caller got no answer from it. */
  readonly inside: boolean;
  readonly example: Span;
  readonly traces: ReadonlySet<string>;
  readonly first: Millis;
}

const MIN_FAILURES = 3;
// Failures all the time are this service's ordinary life unless they are this many.
const ALWAYS = 0.2;
const RARE = 0.02;
const RISE = 3;

/** The places where errors begin now, most failures first. */
export function failureOrigins(snapshot: Snapshot): readonly FailureOrigin[] {
  const { recent, earlier } = spanWindows(snapshot);
  const groups = Map.groupBy(recent.filter(isOrigin), ({ span, answer }) => placeOf(snapshot, span, answer));
  const found = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || group.length < MIN_FAILURES) return [];
    const share = failingShare(recent, first.span);
    const before = failingShare(earlier, first.span);
    if (share < ALWAYS && (share < RARE || share < before * RISE)) return [];
    return [{ group, origin: describe(snapshot, first, group) }];
  });
  return found.sort((left, right) => right.group.length - left.group.length).map(({ origin }) => origin);
}

function isOrigin({ span, errorOrigin }: SpanFacts): boolean {
  return errorOrigin && span.kind !== 'producer';
}

function placeOf(snapshot: Snapshot, span: Span, answer: Span | undefined): string {
  const peer = span.kind === 'client' && !answer ? calledPeer(snapshot, span) : null;
  return `${span.service}>${peer?.name ?? ''}`;
}

function describe(snapshot: Snapshot, { span, answer }: SpanFacts, group: readonly SpanFacts[]): FailureOrigin {
  const base = { example: span, traces: new Set(group.map(({ span: { traceId } }) => traceId)), first: span.start };
  const peer = span.kind === 'client' && !answer ? calledPeer(snapshot, span) : null;
  if (peer)
    return {
      ...base,
      inside: false,
      blamed: peer.subject,
      blamedName: peer.subject ? formatSubject(peer.subject) : `\`${peer.name}\``,
    };
  const blamed = spanSubject(snapshot, answer ?? span);
  return { ...base, inside: true, blamed, blamedName: formatSubject(blamed) };
}

/** The share of spans like this one (same service, name and kind) that failed; 0 of none. */
function failingShare(facts: readonly SpanFacts[], { service, name, kind }: Span): number {
  const alike = facts.filter(({ span }) => span.service === service && span.name === name && span.kind === kind);
  return alike.length === 0 ? 0 : alike.filter(({ span }) => span.error).length / alike.length;
}
