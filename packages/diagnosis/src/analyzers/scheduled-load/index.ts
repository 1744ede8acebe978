import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { formatTime, type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { median } from '../../metrics/robust.ts';
import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import { SIGNALS, type SignalName } from '../../metrics/vocabulary.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type CronSchedule, lastRun, parseCron, zoneOffset } from '../_shared/cron-schedule.ts';
import { placementEvidence } from '../_shared/placement-evidence.ts';
import { nodesOf } from '../_shared/placement.ts';
import { wavesOf } from './waves.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'saturation/scheduled-load';
type CronJob = ObjectOf<'CronJob'>;

/** Scheduled jobs that harm others whenever they run. */
export const analyzer: Analyzer = {
  name: 'scheduled-load',
  codes: {
    [CODE]:
      'Others became worse when a scheduled job started, on the same Node, at what it calls, or at each of its runs.',
  },
  reads: ['CronJob', 'Job', 'Pod', 'metrics'],
  analyze(snapshot) {
    return snapshot.objects.list('CronJob').flatMap((job) => judge(snapshot, job) ?? []);
  },
};

const FELT = [
  'tail-latency',
  'latency',
  'error-ratio',
  'cpu-throttled',
  'node-cpu',
  'node-disk-busy',
  'node-iowait',
  'lock-waits',
  'query-time',
] as const satisfies readonly SignalName[];
const BEFORE = 1 * MINUTE;
const AFTER = 5 * MINUTE;

interface Run {
  readonly start: Millis;
  /** The field that says so, of the CronJob. */
  readonly path: string;
}

function judge(snapshot: Snapshot, job: CronJob): Finding | null {
  const run = job.spec?.suspend ? null : currentRun(snapshot, job);
  if (!run) return null;
  const subject = subjectOf(job);
  const times = scheduleOf(job, snapshot.now);
  const harmed = FELT.flatMap((name) => activeShifts(snapshot, name, 'up')).filter(
    ({ onset, signal }) =>
      onset >= run.start - BEFORE && onset <= run.start + AFTER && subjectKey(signal.subject) !== subjectKey(subject),
  );
  const linked = harmed.map((shift) => ({
    shift,
    link: linkOf(snapshot, subject, shift),
    repeats: times ? earlierRuns(shift, times, run.start) : 0,
  }));
  // That two things began together once is chance; a shared Node, a call, or the same again at an earlier run is not.
  const [best] = linked
    .filter(({ link, repeats }) => link !== null || repeats > 0)
    .sort((left, right) => weight(right) - weight(left) || right.shift.score - left.shift.score);
  if (!best) return inWaves(snapshot, job, run);
  const { shift, link, repeats } = best;
  // What the Node ran out of is how the harm was done.
  const through = linked.find(
    (entry) => entry.link && entry !== best && entry.shift.signal.subject.kind === 'Node',
  )?.shift;
  const why = [link?.words, repeats > 0 ? `the same happened at its earlier runs` : undefined]
    .filter(Boolean)
    .join(', and ');
  return {
    ...base(subject, run),
    strength: 0.55 + 0.15 * weight(best),
    statement: `${nameOf(job)} started at ${formatTime(run.start)} and ${formatSubject(shift.signal.subject)} became worse: ${wordsOf(shift)} ${sinceWords(shift)}; ${why}${through ? `, whose ${wordsOf(through)}` : ''}`,
    evidence: [
      citeField(job, 'spec.schedule'),
      citeField(job, run.path),
      citeShift(shift),
      ...(through ? [citeShift(through)] : []),
      ...(link?.evidence ?? []),
    ],
    affects: [
      ...new Map(
        linked
          .filter(({ link: tie }) => tie)
          .map((entry) => [subjectKey(entry.shift.signal.subject), entry.shift.signal.subject]),
      ).values(),
    ],
  };
}

function base(
  subject: Subject,
  { start }: Run,
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'since' | 'remediation'> {
  return {
    code: CODE,
    subject,
    category: 'scheduled-load',
    role: 'cause',
    layer: 'saturation',
    since: start,
    remediation: [
      {
        action: 'suspend',
        risk: 'R2',
        statement: `Suspend ${formatSubject(subject)} or move it to another time or Node`,
        preconditions: ['Its work may wait'],
        undo: 'Resume it',
      },
    ],
  };
}

function nameOf(job: CronJob): string {
  const schedule = job.spec?.schedule ? ` (\`${job.spec.schedule}\`)` : '';
  return `${formatSubject(subjectOf(job))}${schedule}`;
}

/** What rises and falls with the runs: a series of short runs has no single change of level. */
function inWaves(snapshot: Snapshot, job: CronJob, run: Run): Finding | null {
  const subject = subjectOf(job);
  const [best, ...others] = wavesOf(snapshot, subject, FELT);
  if (!best) return null;
  const { signal, runs } = best;
  const harmed = [best, ...others].map((wave) => wave.signal.subject);
  return {
    ...base(subject, run),
    strength: runs.length > 2 ? 0.8 : 0.7,
    statement: `${nameOf(job)} runs now, and ${SIGNALS[signal.name].title} of ${formatSubject(signal.subject)} is high in each of its runs and low between them`,
    evidence: [
      citeField(job, 'spec.schedule'),
      ...runs.slice(-3).map((each) => citeField(each, 'status.startTime')),
      citeSignal(signal),
    ],
    affects: [...new Map(harmed.map((each) => [subjectKey(each), each])).values()],
    aliases: runs.slice(-1).map(subjectOf),
  };
}

function weight({ link, repeats }: { link: Link | null; repeats: number }): number {
  return (link ? 1 : 0) + (repeats > 0 ? 1 : 0);
}

/** The run that is going on; null when none is. */
function currentRun(snapshot: Snapshot, { metadata, status }: CronJob): Run | null {
  const subject = {
    kind: 'CronJob',
    name: metadata.name,
    ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
  };
  const active = snapshot.owners
    .children(subject)
    .some((child) => child.kind === 'Job' && ((child as ObjectOf<'Job'>).status?.active ?? 0) > 0);
  const last = parseTime(status?.lastScheduleTime);
  return last !== null && (active || (status?.active?.length ?? 0) > 0)
    ? { start: last, path: 'status.lastScheduleTime' }
    : null;
}

interface Link {
  readonly words: string;
  readonly evidence: Finding['evidence'];
}

/** What ties a job to whom it harms: the Node both run on, or a call; null when nothing does. */
function linkOf(snapshot: Snapshot, job: Subject, { signal }: Shift): Link | null {
  const harmed = signal.subject;
  const nodes = [...nodesOf(snapshot, job).keys()];
  const node =
    harmed.kind === 'Node'
      ? nodes.find((name) => name === harmed.name)
      : nodes.find((name) => nodesOf(snapshot, harmed).has(name));
  if (node) {
    return {
      words: `it runs on Node ${node}${harmed.kind === 'Node' ? '' : ' as well'}`,
      evidence: [...placementEvidence(snapshot, job, node), ...placementEvidence(snapshot, harmed, node)],
    };
  }
  return callGraphOf(snapshot).below(job).has(subjectKey(harmed)) ? { words: 'it calls it', evidence: [] } : null;
}

// The scale by which an earlier run counts as the same again: half the height of this one.
const SAME_HEIGHT = 0.5;

interface Times {
  readonly schedule: CronSchedule;
  /** How far the job's zone is ahead of UTC, in milliseconds. */
  readonly offset: number;
}

function scheduleOf({ spec }: CronJob, now: Millis): Times | null {
  const { schedule } = parseCron(spec?.schedule ?? '');
  const offset = spec?.timeZone ? zoneOffset(spec.timeZone, now) : 0;
  return schedule && offset !== null ? { schedule, offset } : null;
}

/** At how many earlier runs within the series the signal rose like now. */
function earlierRuns({ signal, before, after }: Shift, { schedule, offset }: Times, current: Millis): number {
  const first = signal.samples[0]?.[0] ?? current;
  const height = Math.max((after.median - before.median) * SAME_HEIGHT, SIGNALS[signal.name].floor);
  let runs = 0;
  let time = lastRun(schedule, current - AFTER, offset);
  while (time !== null && time >= first) {
    const start = time;
    const during = signal.samples.filter(([at]) => at >= start && at <= start + AFTER / 2).map(([, value]) => value);
    if (median(during) - before.median >= height) runs++;
    time = lastRun(schedule, start - MINUTE, offset);
  }
  return runs;
}
