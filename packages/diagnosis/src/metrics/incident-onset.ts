import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { HOUR, type Millis, MINUTE } from '@headwater/core/time.ts';
import { citeSeries, citeShift } from '../evidence/cite-metrics.ts';
import { reportedStarts } from '../snapshot/heartbeats.ts';
import type { Alert } from '../snapshot/input.ts';
import { perSnapshot } from '../snapshot/per-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { seriesOfAlert } from './alert-series.ts';
import { placeOf } from './label-subjects.ts';
import { namesOf } from './names.ts';
import { type ChangePoint, findChange } from './onset.ts';
import { type Shift, shiftOf } from './shifts.ts';
import { signalsOf } from './signals.ts';
import type { SignalName } from './vocabulary.ts';

/** When an incident began, and what shows it. */
export interface IncidentOnset {
  readonly time: Millis;
  readonly shift: ChangePoint;
  /** Whether the series is one of the alerting subjects' own. */
  readonly ofAlert: boolean;
  readonly evidence: Evidence;
}

// What users or alert rules feel; resource signals may have moved for other reasons long before.
const FELT = ['error-ratio', 'latency', 'tail-latency', 'request-rate'] as const satisfies readonly SignalName[];
const SATURATION = [
  'cpu-throttled',
  'throttled-periods',
  'cpu',
  'memory',
  'queue-lag',
  'node-retransmits',
  'node-cpu',
] as const satisfies readonly SignalName[];
const STRONG = 8;
// Alert rules wait at most this long before they fire; an earlier shift belongs to something else.
const LONGEST_FOR = HOUR;
// Two samples of a scrape: what began this close together began together.
const SLACK = 2 * MINUTE;

// An expression has no unit we know; a thousandth of its usual range is what a rule never fires on.
const FLOOR_OF_RANGE = 0.001;

/** The change on what the alerts' own rules measure: the best answer there is to when they began to come true. */
function ruleOnset(snapshot: Snapshot, bounds: { earliest: Millis; latest: Millis }): IncidentOnset | null {
  const found = snapshot.alerts
    .flatMap((alert) => seriesOfAlert(snapshot, alert))
    .flatMap((series) => {
      const values = series.samples.map(([, value]) => Math.abs(value));
      const shift = findChange(series.samples, Math.max(...values) * FLOOR_OF_RANGE);
      const inTime = shift && shift.onset >= bounds.earliest && shift.onset <= bounds.latest;
      return shift?.persists && inTime ? [{ series, shift }] : [];
    })
    .sort((left, right) => left.shift.onset - right.shift.onset);
  const [first] = found;
  if (!first) return null;
  const { series, shift } = first;
  return { time: shift.onset, shift, ofAlert: true, evidence: citeSeries(series, { split: shift.onset }) };
}

/**
 * The change on the series of the alert's own rule; else the earliest strong change on the alerting subjects' series, else on any; null when none changed. An alert's
 * `startsAt` is later than this by its rule's `for` and evaluation windows.
 */
export const incidentOnset = perSnapshot((snapshot: Snapshot): IncidentOnset | null => {
  if (snapshot.metrics.all.length === 0 && snapshot.traces.all.length === 0) return null;
  const starts = reportedStarts(snapshot.alerts);
  const latest = starts.length === 0 ? snapshot.now : Math.min(...starts) + SLACK;
  const earliest = starts.length === 0 ? Number.NEGATIVE_INFINITY : latest - LONGEST_FOR;
  const ofRule = ruleOnset(snapshot, { earliest, latest });
  if (ofRule) return ofRule;
  const subjects = new Set(snapshot.alerts.flatMap((alert) => alertedSubjects(snapshot, alert)).map(subjectKey));
  const inTime = ({ onset }: Shift): boolean => onset >= earliest && onset <= latest;
  for (const names of [FELT, SATURATION]) {
    const shifts = names.flatMap((name) => strongShifts(snapshot, name)).filter(inTime);
    const own = shifts.filter(({ signal }) => subjects.has(subjectKey(signal.subject)));
    const first = earliestOf(own.length > 0 ? own : shifts);
    if (first) return { time: first.onset, shift: first, ofAlert: own.length > 0, evidence: citeShift(first) };
  }
  return null;
});

function strongShifts(snapshot: Snapshot, name: SignalName): readonly Shift[] {
  return signalsOf(snapshot)
    .all(name)
    .flatMap((signal) => {
      const shift = shiftOf(signal);
      return shift?.persists && Math.abs(shift.score) >= STRONG ? [shift] : [];
    });
}

function earliestOf(shifts: readonly Shift[]): Shift | undefined {
  return [...shifts].sort((left, right) => left.onset - right.onset || Math.abs(right.score) - Math.abs(left.score))[0];
}

/** What the labels of an alert name: its workload, Pod, service or Node. */
export function alertedSubjects(snapshot: Snapshot, { labels }: Alert): readonly Subject[] {
  const names = namesOf(snapshot);
  const found = [
    placeOf(labels, 'service', names),
    labels['node'] || labels['instance'] ? placeOf(labels, 'node', names) : null,
  ];
  return found.flatMap((place) => (place ? [place.subject, ...(place.pod ? [place.pod] : [])] : []));
}
