import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { citeSpan, citeSpanStats } from '../../evidence/cite-traces.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { spanSubject } from '../../traces/span-subjects.ts';
import { spanWindows } from '../_shared/recent-spans.ts';
import { fromAlerts, fromMetrics } from './from-signals.ts';
import { type FailureOrigin, failureOrigins } from './origins.ts';
import { CALLER, ORIGIN, originBase, symptom } from './report.ts';

/** Where the errors of a request begin: the deepest workload that fails, and who only passes its errors on. */
export const analyzer: Analyzer = {
  name: 'failing-callee',
  codes: {
    [ORIGIN]: 'Errors begin in this workload: nothing it calls fails.',
    [CALLER]: 'A workload fails because something it calls does, or does not answer.',
  },
  reads: ['traces', 'metrics', 'alerts'],
  analyze(snapshot) {
    const origins = failureOrigins(snapshot);
    const measured = origins.length > 0 ? fromSpans(snapshot, origins) : fromMetrics(snapshot);
    return [...measured, ...fromAlerts(snapshot, new Set(measured.map(({ subject }) => subjectKey(subject))))];
  },
};

function fromSpans(snapshot: Snapshot, origins: readonly FailureOrigin[]): readonly Finding[] {
  const findings = origins.map((origin) => (origin.inside ? began(snapshot, origin) : unanswered(snapshot, origin)));
  const own = new Set(findings.map(({ subject }) => subjectKey(subject)));
  const [first] = origins;
  if (!first) return findings;
  const passing = new Map<string, Finding>();
  for (const { span, errorOrigin } of spanWindows(snapshot).recent) {
    if (!span.error || errorOrigin || span.kind !== 'server') continue;
    const subject = spanSubject(snapshot, span);
    const key = subjectKey(subject);
    if (own.has(key) || passing.has(key)) continue;
    const origin = origins.find(({ traces }) => traces.has(span.traceId)) ?? first;
    passing.set(key, {
      ...symptom(subject, [origin.blamed]),
      statement: `${formatSubject(subject)} passes on errors that begin in ${origin.blamedName}: \`${span.name}\` fails with it`,
      evidence: [citeSpan(span), citeSpan(origin.example)],
      since: null,
    });
  }
  return [...findings, ...passing.values()];
}

function began(snapshot: Snapshot, origin: FailureOrigin): Finding {
  const { example, blamed, blamedName } = origin;
  const stats = citeSpanStats(snapshot, { service: example.service, from: spanWindows(snapshot).from });
  const message = example.statusMessage ? `: \`${firstWords(example.statusMessage)}\`` : '';
  return {
    ...originBase(blamed ?? spanSubject(snapshot, example)),
    // It says where errors begin, not why: a finding that names the mechanism there beats it.
    strength: 0.55,
    statement: `errors begin in ${blamedName}: \`${example.name}\` of \`${example.service}\` fails and nothing it calls does${message}`,
    evidence: [citeSpan(example), stats],
    since: origin.first,
  };
}

function unanswered(snapshot: Snapshot, origin: FailureOrigin): Finding {
  const { example, blamed, blamedName } = origin;
  const message = example.statusMessage ? `: \`${firstWords(example.statusMessage)}\`` : '';
  return {
    ...symptom(spanSubject(snapshot, example), [blamed]),
    strength: 0.55,
    statement: `calls of ${formatSubject(spanSubject(snapshot, example))} to ${blamedName} fail without an answer, as \`${example.name}\`${message}`,
    evidence: [
      citeSpan(example),
      citeSpanStats(snapshot, { service: example.service, kind: 'client', from: spanWindows(snapshot).from }),
    ],
    since: origin.first,
  };
}

// Messages repeat the whole chain of causes; its beginning names the failure.
const MAX_QUOTE = 100;

function firstWords(message: string): string {
  // A backtick would end the literal.
  const flat = (message.replace(/\s+/g, ' ').split('`')[0] ?? '').trim();
  return flat.length > MAX_QUOTE ? flat.slice(0, MAX_QUOTE).replace(/\s\S*$/, '') : flat;
}
