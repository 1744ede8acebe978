import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const STAMP = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** The moments (RFC 3339) a reader of a diagnosis can see something at: in its evidence, the events, the alerts, the changes and the causes' objects. */
export function knownTimes(
  snapshot: Snapshot,
  { evidence, causes }: Pick<Diagnosis, 'evidence' | 'causes'>,
): ReadonlySet<string> {
  const times = new Set<string>();
  for (const { time, text, series } of Object.values(evidence)) {
    if (time) times.add(time);
    for (const stamp of stampsIn(text)) times.add(stamp);
    for (const [at] of series?.samples ?? []) times.add(formatTime(at));
  }
  for (const change of snapshot.changes.all) times.add(formatTime(change.time));
  for (const { startsAt } of snapshot.alerts) if (startsAt !== null) times.add(formatTime(startsAt));
  for (const { first, last } of snapshot.events.all)
    for (const time of [first, last]) if (time !== null) times.add(formatTime(time));
  for (const { subject } of causes) for (const time of objectTimes(snapshot, subject)) times.add(time);
  return times;
}

function objectTimes(snapshot: Snapshot, subject: Subject): string[] {
  const objects = [snapshot.objects.find(subject), ...snapshot.owners.pods(subject)];
  return stampsIn(objects.map((object) => JSON.stringify(object) ?? '').join(' '));
}

function stampsIn(text: string): string[] {
  return [...text.matchAll(STAMP)].map(([stamp]) => stamp);
}
