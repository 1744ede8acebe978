import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
import { median, quantile } from '../../metrics/robust.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import { SIGNALS, type SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

type Job = ObjectOf<'Job'>;

interface Window {
  readonly job: Job;
  readonly from: Millis;
  readonly to: Millis;
}

/** A signal that is up in each run of a scheduled job and down between them. */
export interface Wave {
  readonly signal: Signal;
  readonly runs: readonly [Job, Job, ...Job[]];
  /** Level in the runs over the level between them. */
  readonly ratio: number;
}

// Rates lag a scrape behind the start of a run and two behind its end.
const SETTLE = 1 * MINUTE;
const DECAY = 3 * MINUTE;
const ENOUGH = 3;
const HIGHER = 1.5;
const FLOORS = 3;

/** The waves that follow a job's runs; a job whose present run stands alone has none. */
export function wavesOf(snapshot: Snapshot, cronJob: Subject, names: readonly SignalName[]): readonly Wave[] {
  const windows = windowsOf(snapshot, cronJob);
  if (windows.length < 2) return [];
  return names
    .flatMap((name) => signalsOf(snapshot).all(name))
    .filter(({ subject }) => subjectKey(subject) !== subjectKey(cronJob))
    .flatMap((signal) => waveIn(signal, windows) ?? [])
    .sort((left, right) => right.ratio - left.ratio);
}

function windowsOf(snapshot: Snapshot, cronJob: Subject): Window[] {
  return snapshot.owners
    .children(cronJob)
    .filter((child): child is Job => child.kind === 'Job')
    .flatMap((job): Window[] => {
      const from = parseTime(job.status?.startTime);
      if (from === null) return [];
      const over = job.status?.conditions?.find(
        ({ type, status }) => /Complete|Failed/.test(type ?? '') && status === 'True',
      );
      return [{ job, from, to: parseTime(job.status?.completionTime ?? over?.lastTransitionTime) ?? snapshot.now }];
    })
    .sort((left, right) => left.from - right.from);
}

function waveIn(signal: Signal, windows: readonly Window[]): Wave | null {
  const calm = signal.samples
    .filter(([time]) => windows.every(({ from, to }) => time < from || time > to + DECAY))
    .map(([, value]) => value);
  const heights = windows.flatMap(({ job, from, to }) => {
    const values = signal.samples.filter(([time]) => time >= from + SETTLE && time <= to).map(([, value]) => value);
    return values.length >= ENOUGH ? [{ job, level: median(values) }] : [];
  });
  const [first, second, ...rest] = heights;
  if (calm.length < ENOUGH || !first || !second) return null;
  const lowest = Math.min(...heights.map(({ level }) => level));
  const usual = median(calm);
  const high = lowest > quantile(calm, 0.75) + FLOORS * SIGNALS[signal.name].floor && lowest >= HIGHER * usual;
  if (!high) return null;
  return {
    signal,
    runs: [first.job, second.job, ...rest.map(({ job }) => job)],
    ratio: lowest / Math.max(usual, SIGNALS[signal.name].floor),
  };
}
