import { SECOND } from '@headwater/core/time.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Sample } from '../metrics/onset.ts';
import { quantile } from '../metrics/robust.ts';
import { placeKey, type Signal } from '../metrics/signal.ts';
import type { SignalName } from '../metrics/vocabulary.ts';
import { perSnapshot } from '../snapshot/per-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { factsOf } from './facts.ts';
import { calledPeer, spanSubject } from './span-subjects.ts';

/** The `metric` of a signal that was made from spans. */
export const FROM_SPANS = 'spans';

/** Signals of workloads and edges made from spans, for what no metric says. */
export const traceSignals = perSnapshot(build);

/** Durations in seconds and failures of the requests of one place that started in one slot. */
interface Slot {
  readonly durations: number[];
  readonly self: number[];
  readonly served: number[];
  readonly gaps: number[];
  failed: number;
}

interface Place {
  readonly subject: Subject;
  readonly peer?: Subject;
  readonly slots: Map<number, Slot>;
}

function build(snapshot: Snapshot): ReadonlyMap<SignalName, readonly Signal[]> {
  const spans = snapshot.traces.all;
  const [first, last] = [spans[0]?.start ?? 0, spans.at(-1)?.start ?? 0];
  // About forty slots, so that each holds enough requests and a change point can still be placed.
  const step = Math.min(60 * SECOND, Math.max(5 * SECOND, Math.round((last - first) / 40)));
  const places = new Map<string, Place>();
  for (const { span, selfMs, gapMs, answer } of factsOf(snapshot).all) {
    const index = Math.floor((span.start - first) / step);
    if (span.kind === 'server' || span.kind === 'consumer') {
      add(slotOf(places, { subject: spanSubject(snapshot, span) }, index), span.durationMs, {
        failed: span.error,
        selfMs,
      });
    }
    if (span.kind !== 'client') continue;
    const peer = answer ? spanSubject(snapshot, answer) : calledPeer(snapshot, span)?.subject;
    if (!peer) continue;
    const slot = slotOf(places, { subject: spanSubject(snapshot, span), peer }, index);
    add(slot, span.durationMs, { failed: span.error, selfMs: 0 });
    if (answer) slot.served.push(answer.durationMs / 1000);
    if (gapMs !== null) slot.gaps.push(gapMs / 1000);
  }
  const grid: Grid = { first, step, count: Math.floor((last - first) / step) };
  const signals = new Map<SignalName, Signal[]>();
  for (const place of places.values())
    for (const signal of signalsAt(place, grid))
      signals.set(signal.name, [...(signals.get(signal.name) ?? []), signal]);
  return signals;
}

function slotOf(
  places: Map<string, Place>,
  { subject, peer }: { subject: Subject; peer?: Subject },
  index: number,
): Slot {
  const key = placeKey(subject, peer);
  const place: Place = places.get(key) ?? { subject, ...(peer ? { peer } : {}), slots: new Map() };
  places.set(key, place);
  const slot: Slot = place.slots.get(index) ?? { durations: [], self: [], served: [], gaps: [], failed: 0 };
  place.slots.set(index, slot);
  return slot;
}

function add(slot: Slot, durationMs: number, { failed, selfMs }: { failed: boolean; selfMs: number }): void {
  slot.durations.push(durationMs / 1000);
  slot.self.push(selfMs / 1000);
  if (failed) slot.failed++;
}

interface Grid {
  readonly first: number;
  readonly step: number;
  /** Whole slots; what comes after is cut short by the end of the data. */
  readonly count: number;
}

function signalsAt({ subject, peer, slots }: Place, { first, step, count }: Grid): readonly Signal[] {
  const timed = [...slots.entries()].filter(([index]) => index < count).sort(([left], [right]) => left - right);
  const make = (name: SignalName, value: (slot: Slot) => number): Signal => ({
    name,
    subject,
    ...(peer ? { peer } : {}),
    // A slot without a measurement of this kind (no answered call) says nothing about it.
    samples: timed
      .map(([index, slot]): Sample => [first + index * step, value(slot)])
      .filter(([, measured]) => !Number.isNaN(measured)),
    metric: FROM_SPANS,
  });
  const rate = (name: SignalName): Signal => ({
    ...make(name, () => 0),
    samples: Array.from(
      { length: count },
      (_, index): Sample => [first + index * step, ((slots.get(index)?.durations.length ?? 0) * SECOND) / step],
    ),
  });
  const failures = ({ failed, durations }: Slot): number => failed / durations.length;
  const made = peer
    ? [
        rate('call-rate'),
        make('call-error-ratio', failures),
        make('call-latency', ({ durations }) => quantile(durations, 0.95)),
        make('serve-latency', ({ served }) => quantile(served, 0.95)),
        make('network-time', ({ gaps }) => quantile(gaps, 0.5)),
      ]
    : [
        rate('request-rate'),
        make('error-ratio', failures),
        make('latency', ({ durations }) => quantile(durations, 0.5)),
        make('tail-latency', ({ durations }) => quantile(durations, 0.95)),
        make('self-time', ({ self }) => quantile(self, 0.5)),
      ];
  return made.filter(({ samples }) => samples.length > 0);
}
