import type { Subject } from '@headwater/core/subject.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { quantile } from '../metrics/robust.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { pathShares } from '../traces/critical-path.ts';
import { factsOf, type SpanFacts } from '../traces/facts.ts';
import { calledPeer, spanSubject } from '../traces/span-subjects.ts';
import { ochiai } from '../traces/spectrum.ts';
import type { Term } from './suspects.ts';

// Fewer spans give no level to compare with.
const MIN_SPANS = 5;
const MIN_INCREASE_MS = 5;

/** What spans say since `since`: who got slower in its own code or on its wires, operation by operation, and in whom errors begin. */
export function traceTerms(snapshot: Snapshot, since: Millis): Term[] {
  const { all } = factsOf(snapshot);
  return [
    ...selfTimes(snapshot, all, since),
    ...networkTimes(snapshot, all, since),
    ...criticalPaths(snapshot, since),
    ...errorOrigins(snapshot, all, since),
  ];
}

interface Samples {
  readonly before: number[];
  readonly after: number[];
}

/** The growth of nearly the slowest, in milliseconds and with its weight; null when it is none. */
function growthOf({ before, after }: Samples): { readonly increase: number; readonly weight: number } | null {
  if (before.length < MIN_SPANS || after.length === 0) return null;
  const [old, now] = [quantile(before, 0.9), quantile(after, 0.9)];
  const ratio = now / Math.max(1, old);
  return now - old < MIN_INCREASE_MS || ratio < 1.5
    ? null
    : { increase: now - old, weight: Math.log(ratio) * Math.sqrt(now - old) };
}

function selfTimes(snapshot: Snapshot, all: readonly SpanFacts[], since: Millis): Term[] {
  const groups = new Map<string, Samples & { readonly subject: Subject }>();
  for (const { span, selfMs, answer } of all) {
    // What an answered call adds to its answer is the wire between them.
    if (answer) continue;
    const subject = spanSubject(snapshot, span);
    const key = `${subjectKey(subject)}#${span.name}`;
    const group = groups.get(key) ?? { subject, before: [], after: [] };
    groups.set(key, group);
    (span.start < since ? group.before : group.after).push(selfMs);
  }
  const grown = [...groups.values()].flatMap((group) => {
    const growth = growthOf(group);
    return growth ? [{ subject: group.subject, ...growth }] : [];
  });
  const most = Math.max(...grown.map(({ weight }) => weight));
  return grown.map(({ subject, increase, weight }) => ({
    subject,
    name: 'self-time',
    value: weight / most,
    says: `own time of a request grew by ${Math.round(increase)} ms`,
  }));
}

interface Wire extends Samples {
  readonly ends: readonly [Subject, Subject];
}

/**
 * Whose wires got slower. A fault of one workload's network shows on all calls to and from it and on no others, so each is judged by how much
 * of the growth lies on its calls and how many of its calls grew (the harmonic mean of the two).
 */
function networkTimes(snapshot: Snapshot, all: readonly SpanFacts[], since: Millis): Term[] {
  const wires = new Map<string, Wire>();
  for (const { span, answer, gapMs } of all) {
    if (!answer || gapMs === null) continue;
    const ends = [spanSubject(snapshot, span), spanSubject(snapshot, answer)] as const;
    const key = ends.map(subjectKey).join('>');
    const wire = wires.get(key) ?? { ends, before: [], after: [] };
    wires.set(key, wire);
    (span.start < since ? wire.before : wire.after).push(gapMs);
  }
  const judged = [...wires.values()].flatMap((wire) => {
    if (wire.before.length < MIN_SPANS || wire.after.length === 0) return [];
    return [{ ends: wire.ends, growth: growthOf(wire) }];
  });
  const total = judged.reduce((sum, { growth }) => sum + (growth?.weight ?? 0), 0);
  const ends = new Map(judged.flatMap((wire) => wire.ends.map((end) => [subjectKey(end), end] as const)));
  return [...ends].flatMap(([key, subject]): Term[] => {
    const own = judged.filter((wire) => wire.ends.some((end) => subjectKey(end) === key));
    const grown = own.flatMap(({ growth }) => growth ?? []);
    if (grown.length === 0) return [];
    const explained = grown.reduce((sum, { weight }) => sum + weight, 0) / total;
    const exact = grown.length / own.length;
    const increase = Math.max(...grown.map((growth) => growth.increase));
    const says = `time on the wire of ${grown.length} of its ${own.length} kinds of calls grew by up to ${Math.round(increase)} ms`;
    return [{ subject, name: 'network-time', value: (2 * explained * exact) / (explained + exact), says }];
  });
}

// Below this a share is what the noise of a few requests leaves.
const MIN_SHARE = 0.1;

function criticalPaths(snapshot: Snapshot, since: Millis): Term[] {
  return pathShares(snapshot, since).flatMap(({ subject, beforeMs, afterMs, ofGrowth }): Term[] => {
    const increase = afterMs - beforeMs;
    if (increase < MIN_INCREASE_MS || ofGrowth < MIN_SHARE) return [];
    const says = `its part of what requests wait for grew by ${Math.round(increase)} ms, ${Math.round(ofGrowth * 100)} % of all growth`;
    return [{ subject, name: 'critical-path', value: ofGrowth, says }];
  });
}

// A failing trace speaks against the workload its error began in; that good traces pass there too speaks for it.
function errorOrigins(snapshot: Snapshot, all: readonly SpanFacts[], since: Millis): Term[] {
  const recent = all.filter(({ span }) => span.start >= since);
  const old = new Set(
    all
      .filter(({ span, errorOrigin }) => errorOrigin && span.start < since)
      .map((facts) => subjectKey(originOf(snapshot, facts))),
  );
  const subjects = new Map<string, Subject>();
  const runs = [...Map.groupBy(recent, ({ span }) => span.traceId).values()].map((spans) => ({
    bad: spans.some(({ span }) => span.error),
    features: spans
      .filter(({ errorOrigin }) => errorOrigin)
      .map((facts) => {
        const subject = originOf(snapshot, facts);
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

// A call that failed and that nobody answered tells of whom it called, or of the way there.
function originOf(snapshot: Snapshot, { span, answer }: SpanFacts): Subject {
  const called = span.kind === 'client' && !answer ? calledPeer(snapshot, span)?.subject : null;
  return called ?? spanSubject(snapshot, span);
}

/** Workloads whose own time spans measure on both sides of `since`, by subject key. */
export function measuredBySpans(snapshot: Snapshot, since: Millis): ReadonlySet<string> {
  const counts = new Map<string, { before: number; after: number }>();
  for (const { span } of factsOf(snapshot).all) {
    if (span.kind !== 'server') continue;
    const key = subjectKey(spanSubject(snapshot, span));
    const count = counts.get(key) ?? { before: 0, after: 0 };
    counts.set(key, count);
    count[span.start < since ? 'before' : 'after']++;
  }
  const enough = [...counts].filter(([, { before, after }]) => before >= MIN_SPANS && after >= MIN_SPANS);
  return new Set(enough.map(([key]) => key));
}
