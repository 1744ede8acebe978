import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeSpan, citeSpanStats } from '../../evidence/cite-traces.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { quantile } from '../../metrics/robust.ts';
import { formatMeasure } from '../../metrics/units.ts';
import type { Span } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { SpanFacts } from '../../traces/facts.ts';
import { calledPeer, spanSubject } from '../../traces/span-subjects.ts';
import { spanWindows } from '../_shared/recent-spans.ts';

const CODE = 'failure/upstream-timeout';
const TIMEOUT = /deadline.?exceeded|timed?.?out|timeout|context deadline/i;
const MIN_COUNT = 3;
// Calls that hit a deadline all take as long as it; failures for other reasons do not.
const CLUSTERED = 1.3;

/** Calls that are given up at their deadline. */
export const analyzer: Analyzer = {
  name: 'upstream-timeout',
  codes: { [CODE]: 'Calls to a dependency are given up at their deadline.' },
  reads: ['traces'],
  analyze(snapshot) {
    const { recent } = spanWindows(snapshot);
    const late = recent.filter(({ span }) => span.kind === 'client' && span.error && isTimeout(span));
    const groups = Map.groupBy(
      late,
      ({ span, answer }) => `${span.service}>${answer?.service ?? calledPeer(snapshot, span)?.name ?? span.name}`,
    );
    return [...groups.entries()]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([, group]) => judge(snapshot, group) ?? []);
  },
};

function isTimeout({ statusMessage, attributes }: Span): boolean {
  const code =
    attributes['http.response.status_code'] ?? attributes['http.status_code'] ?? attributes['rpc.grpc.status_code'];
  return (
    TIMEOUT.test(statusMessage) ||
    TIMEOUT.test(attributes['error.type'] ?? attributes['exception.type'] ?? '') ||
    code === '504' ||
    code === '4'
  );
}

function judge(snapshot: Snapshot, group: readonly SpanFacts[]): Finding | null {
  const durations = group.map(({ span }) => span.durationMs);
  const typical = quantile(durations, 0.5);
  const longest = group.find(({ span }) => span.durationMs >= typical);
  if (group.length < MIN_COUNT || !longest || quantile(durations, 0.9) > typical * CLUSTERED) return null;
  const { span, answer } = longest;
  const caller = spanSubject(snapshot, span);
  const peer = calledPeer(snapshot, span);
  const callee: Subject | null = answer ? spanSubject(snapshot, answer) : (peer?.subject ?? null);
  const name = callee ? formatSubject(callee) : `\`${peer?.name ?? span.name}\``;
  return {
    code: CODE,
    subject: caller,
    category: 'upstream-timeout',
    // A callee of the cluster has a reason to be late, found there; beyond the cluster nothing more can be seen.
    role: callee ? 'symptom' : 'cause',
    layer: 'dependency',
    strength: callee ? 0.55 : 0.66,
    statement: `${formatSubject(caller)} gives up calls to ${name} at their deadline, after ${formatMeasure(span.durationMs / 1000, 'seconds')}${span.statusMessage ? ` (\`${span.statusMessage.slice(0, 80)}\`)` : ''}`,
    evidence: [
      citeSpan(span),
      citeSpanStats(snapshot, {
        service: span.service,
        name: span.name,
        kind: 'client',
        from: spanWindows(snapshot).from,
      }),
      ...(answer ? [citeSpan(answer)] : []),
    ],
    ...(callee ? { blames: [callee] } : {}),
    since: group[0]?.span.start ?? null,
  };
}
