import { subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { baselineOf, earlierEpisodes, type Stretch } from '../metrics/baseline.ts';
import { callGraphOf } from '../metrics/call-graph.ts';
import { slowWorkloads } from '../metrics/latency-blame.ts';
import { splitAt } from '../metrics/onset.ts';
import { quantile, robustScore, SCORE_CAP, spreadOf } from '../metrics/robust.ts';
import type { Signal } from '../metrics/signal.ts';
import { signalsOf } from '../metrics/signals.ts';
import { SIGNALS, type SignalName } from '../metrics/vocabulary.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Term, TermName } from './suspects.ts';

const WATCHED: readonly (readonly [SignalName, TermName])[] = [
  ['cpu', 'resource'],
  ['cpu-throttled', 'resource'],
  ['throttled-periods', 'resource'],
  ['memory', 'resource'],
  ['disk-io', 'resource'],
  ['open-files', 'resource'],
  ['retransmits', 'resource'],
  ['packet-drops', 'resource'],
  ['request-rate', 'load'],
  ['network-receive', 'load'],
  ['network-transmit', 'load'],
];
// Fewer samples before say nothing about what is normal.
const MIN_BEFORE = 5;
// Below this a deviation is what any series does now and then.
const MIN_SCORE = 3;
// Bursts count, single wild samples do not.
const BURST = 0.9;

/** How far each workload's own series left their level before `since`, on a robust scale that is clamped; latency by who is slow by itself. */
export function metricTerms(snapshot: Snapshot, since: Millis): Term[] {
  const index = signalsOf(snapshot);
  const split: Split = { since, episodes: earlierEpisodes(snapshot.alerts, since) };
  const moved = WATCHED.flatMap(([name, term]) =>
    index.all(name).flatMap((signal) => termOf(signal, term, split) ?? []),
  );
  return [...moved, ...errorTerms(snapshot, split), ...latencyTerms(snapshot)];
}

interface Split {
  readonly since: Millis;
  readonly episodes: readonly Stretch[];
}

function termOf(signal: Signal, name: TermName, { since, episodes }: Split): Term | null {
  const before = baselineOf(signal.samples, since, episodes).map(([, value]) => value);
  const after = signal.samples.filter(([time]) => time >= since).map(([, value]) => value);
  if (before.length < MIN_BEFORE || after.length === 0) return null;
  const spread = spreadOf(before);
  const { floor, title } = SIGNALS[signal.name];
  const up = robustScore(spread, quantile(after, BURST), floor);
  const down = robustScore(spread, quantile(after, 1 - BURST), floor);
  const score = Math.abs(up) >= Math.abs(down) ? up : down;
  // Less use of a resource is what starves, not what breaks.
  if (Math.abs(score) < MIN_SCORE || (name === 'resource' && score < 0)) return null;
  return {
    subject: signal.subject,
    name,
    value: Math.log1p(Math.abs(score)) / Math.log1p(SCORE_CAP),
    says: `${title} ${score > 0 ? 'rose' : 'fell'} by ${Math.abs(score).toFixed(1)} ordinary deviations`,
  };
}

// A caller fails with what it calls: only what goes beyond the worst of its callees is its own.
const PASSED_ON = 0.3;

function errorTerms(snapshot: Snapshot, split: Split): Term[] {
  const graph = callGraphOf(snapshot);
  const signals = signalsOf(snapshot).all('error-ratio');
  const rises = new Map(signals.map((signal) => [subjectKey(signal.subject), riseOf(signal, split.since)]));
  return signals.flatMap((signal) => {
    const term = termOf(signal, 'error-ratio', split);
    if (!term) return [];
    const callees = graph.callees(signal.subject).map((callee) => rises.get(subjectKey(callee)) ?? 0);
    const [own, passed] = [rises.get(subjectKey(signal.subject)) ?? 0, Math.max(0, ...callees)];
    const part = own <= 0 ? 0 : Math.max(0, own - passed) / own;
    return [{ ...term, value: term.value * (PASSED_ON + (1 - PASSED_ON) * part) }];
  });
}

function riseOf({ samples }: Signal, since: Millis): number {
  const split = splitAt(samples, since);
  return split ? split.after.median - split.before.median : 0;
}

// The order of the blame fit is what counts: the best fit is full evidence, each place behind it half as much.
function latencyTerms(snapshot: Snapshot): Term[] {
  return slowWorkloads(snapshot).map(({ subject, ownIncrease }, place) => ({
    subject,
    name: 'own-latency',
    value: 0.5 ** place,
    says: `slower by itself by ${Math.round(ownIncrease * 1000)} ms`,
  }));
}
