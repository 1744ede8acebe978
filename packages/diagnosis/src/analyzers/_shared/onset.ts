import { HOUR, type Millis, MINUTE } from '@headwater/core/time.ts';
import { incidentOnset } from '../../metrics/incident-onset.ts';
import type { Change } from '../../changes/change.ts';
import { reportedStarts } from '../../snapshot/heartbeats.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

/** When the incident began: by its metrics, else by the first firing alert; null when nothing was reported. */
export const onsetOf = perSnapshot((snapshot: Snapshot): Millis | null => {
  const measured = incidentOnset(snapshot)?.time;
  if (measured !== undefined) return measured;
  const starts = reportedStarts(snapshot.alerts.filter(({ status }) => status === 'firing'));
  return starts.length === 0 ? null : Math.min(...starts);
});

/** A change seen so many milliseconds after its effect is one that was observed late. */
export const OBSERVED_LATE = 2 * MINUTE;
// What users feel follows a change within the hour.
const BEFORE = HOUR;
const UNREPORTED = 2 * HOUR;

/** Changes that came shortly before the incident, or lately when nobody reported one; oldest first. */
export const changesBeforeOnset = perSnapshot((snapshot: Snapshot): readonly Change[] => {
  const onset = onsetOf(snapshot);
  const [from, until] =
    onset === null ? [snapshot.now - UNREPORTED, snapshot.now] : [onset - BEFORE, onset + OBSERVED_LATE];
  return snapshot.changes.all.filter(({ time }) => time >= from && time <= until);
});
