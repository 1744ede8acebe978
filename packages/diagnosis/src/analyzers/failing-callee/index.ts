import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import { citeSpan, citeSpanStats } from '../../evidence/cite-traces.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { spanSubject } from '../../traces/span-subjects.ts';
import { spanWindows } from '../_shared/recent-spans.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { type FailureOrigin, failureOrigins } from './origins.ts';

const ORIGIN = 'failure/origin';
const CALLER = 'failure/failing-callee';

/** Where the errors of a request begin: the deepest workload that fails, and who only passes its errors on. */
export const analyzer: Analyzer = {
  name: 'failing-callee',
  codes: {
    [ORIGIN]: 'Errors begin in this workload: nothing it calls fails.',
    [CALLER]: 'A workload fails because something it calls does, or does not answer.',
  },
  reads: ['traces', 'metrics'],
  analyze(snapshot) {
    const origins = failureOrigins(snapshot);
    return origins.length > 0 ? fromSpans(snapshot, origins) : fromMetrics(snapshot);
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
    code: ORIGIN,
    subject: blamed ?? spanSubject(snapshot, example),
    category: 'dependency-failing',
    role: 'cause',
    layer: 'dependency',
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

function symptom(
  subject: Subject,
  blames: readonly (Subject | null)[],
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'strength' | 'blames'> {
  return {
    code: CALLER,
    subject,
    category: 'dependency-failing',
    role: 'symptom',
    layer: 'dependency',
    strength: 0.5,
    blames: blames.flatMap((blamed) => (blamed ? [blamed] : [])),
  };
}

// Messages repeat the whole chain of causes; its beginning names the failure.
const MAX_QUOTE = 100;

function firstWords(message: string): string {
  const flat = message.replace(/\s+/g, ' ').replaceAll('`', '').trim();
  return flat.length > MAX_QUOTE ? flat.slice(0, MAX_QUOTE).replace(/\s\S*$/, '') : flat;
}

/** Without traces the shares of failed requests say the same, workload by workload. */
function fromMetrics(snapshot: Snapshot): readonly Finding[] {
  const failing = activeShifts(snapshot, 'error-ratio', 'up').filter(({ after }) => after.median >= 0.05);
  const graph = callGraphOf(snapshot);
  const keys = new Set(failing.map(({ signal }) => subjectKey(signal.subject)));
  const isDeepest = ({ signal }: Shift): boolean => ![...graph.below(signal.subject)].some((key) => keys.has(key));
  const roots = failing.filter(isDeepest);
  return failing.map((shift): Finding => {
    const { subject } = shift.signal;
    const below = graph.below(subject);
    const deepest = roots.find((root) => below.has(subjectKey(root.signal.subject)));
    if (deepest) {
      return {
        ...symptom(subject, [deepest.signal.subject]),
        statement: `${formatSubject(subject)} fails because ${formatSubject(deepest.signal.subject)}, on which it depends, does: ${wordsOf(shift)} ${sinceWords(shift)}`,
        evidence: [citeShift(shift), citeShift(deepest)],
        since: shift.onset,
      };
    }
    return {
      code: ORIGIN,
      subject,
      category: 'dependency-failing',
      role: 'cause',
      layer: 'dependency',
      strength: 0.5,
      statement: `requests to ${formatSubject(subject)} fail and nothing it calls does: ${wordsOf(shift)} ${sinceWords(shift)}`,
      evidence: [citeShift(shift)],
      since: shift.onset,
    };
  });
}
