import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeSpan } from '../../evidence/cite-traces.ts';
import type { Finding } from '../../finding.ts';
import { quantile } from '../../metrics/robust.ts';
import { formatMeasure } from '../../metrics/units.ts';
import type { Span } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { calledPeer } from '../../traces/span-subjects.ts';
import { spanWindows } from '../_shared/recent-spans.ts';
import { base } from './report.ts';

const MIN_SPANS = 5;
const SLOWER = 3;
const MIN_SECONDS = 0.1;

interface Statement {
  readonly text: string;
  readonly recent: number;
  /** Null when it was not seen before. */
  readonly earlier: number | null;
  readonly slowest: Span;
}

/** Data services of which some statements became slow and others did not: then it is the statement, not the way there. */
export function fromSpans(snapshot: Snapshot): readonly Finding[] {
  const { recent, earlier } = spanWindows(snapshot);
  const isQuery = ({ kind, attributes }: Span): boolean =>
    kind === 'client' && Boolean(attributes['db.system'] ?? attributes['db.system.name']);
  const queries = recent.map(({ span }) => span).filter(isQuery);
  const before = Map.groupBy(
    earlier.map(({ span }) => span).filter(isQuery),
    (span) => `${peerOf(snapshot, span).name}\n${textOf(span)}`,
  );
  const byPeer = Map.groupBy(queries, (span) => peerOf(snapshot, span).name);
  return [...byPeer.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([peer, spans]) => {
      const subject = spans[0] ? peerOf(snapshot, spans[0]).subject : null;
      const statements = [...Map.groupBy(spans, textOf)].map(([text, group]) =>
        measure(text, group, before.get(`${peer}\n${text}`) ?? []),
      );
      return subject
        ? (judge(
            subject,
            statements.flatMap((statement) => statement ?? []),
          ) ?? [])
        : [];
    });
}

function measure(text: string, recent: readonly Span[], earlier: readonly Span[]): Statement | null {
  const slowest = recent.reduce<Span | undefined>(
    (best, span) => (best && best.durationMs >= span.durationMs ? best : span),
    undefined,
  );
  if (!slowest || recent.length < MIN_SPANS) return null;
  const seconds = (spans: readonly Span[]): number =>
    quantile(
      spans.map(({ durationMs }) => durationMs / 1000),
      0.5,
    );
  return { text, recent: seconds(recent), earlier: earlier.length >= MIN_SPANS ? seconds(earlier) : null, slowest };
}

function judge(subject: Subject, statements: readonly Statement[]): Finding | null {
  const slow = statements
    .filter(({ recent, earlier }) => recent >= MIN_SECONDS && earlier !== null && recent >= earlier * SLOWER)
    .sort((left, right) => right.recent - left.recent);
  const fast = statements.filter(({ recent, earlier }) => earlier !== null && recent < earlier * 1.5);
  const [worst] = slow;
  if (!worst || fast.length === 0) return null;
  const took = formatMeasure(worst.slowest.durationMs / 1000, 'seconds');
  const other = fast[0]?.slowest;
  return {
    ...base(subject),
    strength: 0.8,
    statement: `statement \`${worst.text}\` of ${formatSubject(subject)} takes up to ${took}, while other statements are as fast as before`,
    evidence: [citeSpan(worst.slowest), ...(other ? [citeSpan(other)] : [])],
    since: worst.slowest.start,
  };
}

function peerOf(snapshot: Snapshot, span: Span): { subject: Subject | null; name: string } {
  return calledPeer(snapshot, span) ?? { subject: null, name: '' };
}

const TEXT_ATTRIBUTES = ['db.query.summary', 'db.operation.name', 'db.operation'] as const;

/** What a query is called; its span name when no attribute says. */
function textOf({ attributes, name }: Span): string {
  return TEXT_ATTRIBUTES.map((key) => attributes[key]).find(Boolean) ?? name;
}
