import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { DAY, type Millis, MINUTE } from '@headwater/core/time.ts';
import type { Change } from '../../changes/change.ts';
import { citeChange } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** A change that may have brought a fault, with its citation. */
export interface Suspect {
  readonly change: Change;
  readonly evidence: Evidence;
}

// A change may be seen a little after its first effect: clocks differ, and journals observe late.
const CLOCK_SLACK = 2 * MINUTE;
const MAX_AGE = DAY;

/**
 * The latest change of a subject, within a day before a fault began (now, when that is unknown), that altered a field
 * `path` matches; undefined when there is none.
 */
export function suspectChange(
  snapshot: Snapshot,
  subject: Subject,
  path: RegExp,
  since: Millis | null = null,
): Suspect | undefined {
  const until = (since ?? snapshot.now) + CLOCK_SLACK;
  const change = snapshot.changes
    .of(subject)
    .findLast(
      ({ time, diff }) => time <= until && time >= until - MAX_AGE && diff.some((field) => path.test(field.path)),
    );
  return change && { change, evidence: citeChange(change) };
}

/** The latest change of a subject of any kind within `age` before a fault began. */
export function lastChange(
  snapshot: Snapshot,
  subject: Subject,
  since: Millis | null = null,
  age: Millis = MAX_AGE,
): Suspect | undefined {
  const until = (since ?? snapshot.now) + CLOCK_SLACK;
  const change = snapshot.changes
    .of(subject)
    .findLast(({ time, source }) => time <= until && time >= until - age && source !== 'event');
  return change && { change, evidence: citeChange(change) };
}
