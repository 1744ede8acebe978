import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { formatTime, type Millis, parseTime } from '@headwater/core/time.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const STAMP = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** The moments (RFC 3339) a reader of a diagnosis can see something at: in its evidence, the events, the alerts, the changes and the causes' objects. */
export function knownTimes(
  snapshot: Snapshot,
  { evidence, causes }: Pick<Diagnosis, 'evidence' | 'causes'>,
): Pick<ReadonlySet<string>, 'has'> {
  const times = new Set<string>();
  const measured = new Set<Millis>();
  for (const { time, text, series } of Object.values(evidence)) {
    if (time) times.add(time);
    for (const stamp of stampsIn(text)) times.add(stamp);
    for (const [at] of series?.samples ?? []) measured.add(Math.trunc(at));
  }
  for (const { subject } of causes) for (const time of objectTimes(snapshot, subject)) times.add(time);
  return { has: (text) => times.has(text) || isMoment(text) };

  // Of a large cluster there are a hundred thousand moments and a handful of questions: nothing is kept for them.
  function isMoment(text: string): boolean {
    const time = parseTime(text);
    return (
      time !== null &&
      formatTime(time) === text &&
      (measured.has(time) ||
        snapshot.alerts.some(({ startsAt }) => startsAt === time) ||
        snapshot.changes.all.some((change) => change.time === time) ||
        snapshot.events.unordered().some(({ first, last }) => first === time || last === time))
    );
  }
}

function objectTimes(snapshot: Snapshot, subject: Subject): string[] {
  const objects = [snapshot.objects.find(subject), ...snapshot.owners.pods(subject)];
  return stampsIn(objects.map((object) => JSON.stringify(object) ?? '').join(' '));
}

function stampsIn(text: string): string[] {
  return [...text.matchAll(STAMP)].map(([stamp]) => stamp);
}
