import { formatSubject } from '@headwater/core/subject.ts';
import { citeSpan, citeSpanStats } from '../../evidence/cite-traces.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Span } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { spanSubject } from '../../traces/span-subjects.ts';
import { ochiai } from '../../traces/spectrum.ts';
import { spanWindows } from '../_shared/recent-spans.ts';

const CODE = 'failure/request-attribute';
const MIN_BAD = 8;
const MIN_GOOD = 8;
const MIN_SCORE = 0.85;
const MAX_ELSEWHERE = 0.05;
// How a request ended is no property by which it could have been chosen to fail; nor is where it happened to run.
const OUTCOME =
  /status|error|exception|result|outcome|response|thread|process\.|host\.|net\.(host|sock)|network\.(local|peer)|client\.(address|port)|duration|size|length|user_agent|otel\./i;

/** Failures tied to one property of the request. */
export const analyzer: Analyzer = {
  name: 'attribute-errors',
  codes: { [CODE]: 'Nearly all failing requests share one attribute value, and nearly all requests with it fail.' },
  reads: ['traces'],
  analyze(snapshot) {
    const { recent } = spanWindows(snapshot);
    // Where an error began, and only there: callers carry other attributes of the same request.
    const origins = new Set(
      recent
        .filter(({ errorOrigin, span }) => errorOrigin && span.kind !== 'client')
        .map(({ span }) => `${span.service}\n${span.name}`),
    );
    const groups = Map.groupBy(recent, ({ span }) => `${span.service}\n${span.name}`);
    return [...origins].sort().flatMap(
      (key) =>
        judge(
          snapshot,
          (groups.get(key) ?? []).map(({ span }) => span),
        ) ?? [],
    );
  },
};

function judge(snapshot: Snapshot, spans: readonly Span[]): Finding | null {
  const bad = spans.filter(({ error }) => error);
  const [example] = bad;
  if (!example || bad.length < MIN_BAD || spans.length - bad.length < MIN_GOOD) return null;
  const ranked = ochiai(spans.map((span) => ({ bad: span.error, features: features(span) })));
  const top = ranked.find(({ feature, score }) => score >= MIN_SCORE && isChoice(spans, feature));
  const { key, value } = parse(top?.feature ?? '');
  if (!top || !key || (bad.length - top.bad) / (spans.length - top.bad - top.good) > MAX_ELSEWHERE) return null;
  const subject = spanSubject(snapshot, example);
  const from = spanWindows(snapshot).from;
  const withValue = citeSpanStats(snapshot, {
    service: example.service,
    name: example.name,
    attribute: key,
    value,
    from,
  });
  const all = citeSpanStats(snapshot, { service: example.service, name: example.name, from });
  return {
    code: CODE,
    subject,
    category: 'attribute-errors',
    role: 'cause',
    layer: 'dependency',
    strength: 0.78,
    statement: `\`${example.name}\` of ${formatSubject(subject)} fails for requests whose \`${key}\` is \`${value}\` and hardly for others: ${top.bad} of ${top.bad + top.good} with it, ${bad.length} of ${spans.length} in all`,
    evidence: [withValue, all, citeSpan(example)],
    since: example.start,
  };
}

function features({ attributes }: Span): readonly string[] {
  return Object.entries(attributes).flatMap(([key, value]) => (OUTCOME.test(key) ? [] : [`${key}\n${value}`]));
}

function parse(feature: string): { key: string; value: string } {
  const [key = '', ...rest] = feature.split('\n');
  return { key, value: rest.join('\n') };
}

/** Whether good requests carry the attribute too, with another value; what only failures carry is a mark of failing. */
function isChoice(spans: readonly Span[], feature: string): boolean {
  const { key, value } = parse(feature);
  return spans.some(({ error, attributes }) => !error && attributes[key] !== undefined && attributes[key] !== value);
}
