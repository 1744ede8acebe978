import type { Subject } from '@headwater/core/subject.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { quantile } from '../metrics/robust.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { factsOf, type SpanFacts } from '../traces/facts.ts';
import { spanSubject } from '../traces/span-subjects.ts';
import { ochiai } from '../traces/spectrum.ts';
import type { Term } from './suspects.ts';

// Fewer spans give no level to compare with.
const MIN_SPANS = 5;
const MIN_INCREASE_MS = 5;

/** What spans say since `since`: who got slower in its own code or on its wires, operation by operation, and in whom errors begin. */
export function traceTerms(snapshot: Snapshot, since: Millis): Term[] {
  const { all } = factsOf(snapshot);
  return [
    ...increases(snapshot, all, { since, name: 'self-time', of: ({ selfMs }) => selfMs }),
    ...increases(snapshot, all, { since, name: 'network-time', of: ({ gapMs }) => gapMs }),
    ...errorOrigins(snapshot, all, since),
  ];
}

interface Measure {
  readonly since: Millis;
  readonly name: 'self-time' | 'network-time';
  readonly of: (facts: SpanFacts) => number | null;
}

function increases(snapshot: Snapshot, all: readonly SpanFacts[], { since, name, of }: Measure): Term[] {
  const groups = new Map<string, { subject: Subject; before: number[]; after: number[] }>();
  for (const facts of all) {
    const value = of(facts);
    if (value === null) continue;
    // Both ends of a slow wire see the same gap; the answering side is the one callers share.
    const subject = spanSubject(snapshot, (name === 'network-time' ? facts.answer : null) ?? facts.span);
    const key = `${subjectKey(subject)}#${facts.span.name}`;
    const group = groups.get(key) ?? { subject, before: [], after: [] };
    groups.set(key, group);
    (facts.span.start < since ? group.before : group.after).push(value);
  }
  const grown = [...groups.values()].flatMap(({ subject, before, after }) => {
    if (before.length < MIN_SPANS || after.length === 0) return [];
    const increase = quantile(after, 0.9) - quantile(before, 0.9);
    const ratio = quantile(after, 0.9) / Math.max(1, quantile(before, 0.9));
    return increase < MIN_INCREASE_MS || ratio < 1.5
      ? []
      : [{ subject, increase, weight: Math.log(ratio) * Math.sqrt(increase) }];
  });
  const most = Math.max(...grown.map(({ weight }) => weight));
  return grown.map(({ subject, increase, weight }) => ({
    subject,
    name,
    value: weight / most,
    says: `${name === 'self-time' ? 'own time' : 'time on the wire'} of a request grew by ${Math.round(increase)} ms`,
  }));
}

// A failing trace speaks against the workload its error began in; that good traces pass there too speaks for it.
function errorOrigins(snapshot: Snapshot, all: readonly SpanFacts[], since: Millis): Term[] {
  const recent = all.filter(({ span }) => span.start >= since);
  const old = new Set(
    all
      .filter(({ span, errorOrigin }) => errorOrigin && span.start < since)
      .map(({ span }) => subjectKey(spanSubject(snapshot, span))),
  );
  const subjects = new Map<string, Subject>();
  const runs = [...Map.groupBy(recent, ({ span }) => span.traceId).values()].map((spans) => ({
    bad: spans.some(({ span }) => span.error),
    features: spans
      .filter(({ errorOrigin }) => errorOrigin)
      .map(({ span }) => {
        const subject = spanSubject(snapshot, span);
        subjects.set(subjectKey(subject), subject);
        return subjectKey(subject);
      }),
  }));
  return ochiai(runs).flatMap(({ feature, score, bad }) => {
    const subject = subjects.get(feature);
    if (!subject || score === 0) return [];
    const known = old.has(feature) ? 0.5 : 1;
    return [
      { subject, name: 'error-origin' as const, value: score * known, says: `errors of ${bad} traces began in it` },
    ];
  });
}
