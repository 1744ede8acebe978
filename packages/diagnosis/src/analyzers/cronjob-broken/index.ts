import { formatSubject } from '@headwater/core/subject.ts';
import { type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { askedAbout } from '../_shared/asked.ts';
import { intervalOf, lastRun, parseCron, zoneOffset } from '../_shared/cron-schedule.ts';
import { lastEvent } from '../_shared/freshness.ts';
import { aliveSidecar, type CronJob, hasEnded, type Job, jobsOf, startOf } from '../_shared/jobs.ts';
import { edit } from '../_shared/remedies.ts';

/** CronJobs that no longer start their Jobs. */
export const analyzer: Analyzer = {
  name: 'cronjob-broken',
  codes: {
    'job/cron-suspended': 'A CronJob is suspended and has missed its runs.',
    'job/cron-too-many-missed': 'A CronJob missed so many runs that the controller gave up.',
    'job/cron-blocked': 'A CronJob forbids concurrent runs and its last Job never ends.',
    'job/cron-deadline-too-short': 'A CronJob may start so briefly after its time that the controller misses it.',
    'job/cron-missed': 'A CronJob has not started a Job at its time.',
  },
  reads: ['CronJob', 'Job', 'Pod', 'Event'],
  analyze: (snapshot) => snapshot.objects.list('CronJob').flatMap((cron) => judge(snapshot, cron) ?? []),
};

function judge(snapshot: Snapshot, cron: CronJob): Finding | null {
  // What cannot be parsed is an invalid object, which says more.
  const { schedule } = parseCron(cron.spec?.schedule ?? '');
  const offset = cron.spec?.timeZone ? zoneOffset(cron.spec.timeZone, snapshot.now) : 0;
  if (!schedule || offset === null || cron.metadata.deletionTimestamp) return null;
  const due = lastRun(schedule, snapshot.now - GRACE, offset);
  const missed = isMissed(cron, due);
  if (cron.spec?.suspend) return missed ? suspended(snapshot, cron) : null;
  const interval = intervalOf(schedule, snapshot.now) ?? MINUTE;
  return (
    tooManyMissed(snapshot, cron, missed) ??
    blocked(snapshot, cron, interval) ??
    (missed
      ? (shortDeadline(cron) ?? late(snapshot, cron, due === null ? null : lastRun(schedule, due - MINUTE, offset)))
      : null)
  );
}

// The controller acts within seconds; a minute or two of delay is no miss.
const GRACE = 3 * MINUTE;

function isMissed(cron: CronJob, due: Millis | null): boolean {
  if (due === null) return false;
  const last = parseTime(cron.status?.lastScheduleTime);
  const created = parseTime(cron.metadata.creationTimestamp);
  return last === null ? created !== null && created < due : last < due;
}

function finding(
  cron: CronJob,
  rest: Pick<Finding, 'code' | 'statement' | 'evidence' | 'strength'> & Partial<Finding>,
): Finding {
  return {
    subject: subjectOf(cron),
    category: 'cronjob-broken',
    role: 'cause',
    layer: 'state',
    remediation: [],
    ...rest,
  };
}

function suspended(snapshot: Snapshot, cron: CronJob): Finding | null {
  const asked = askedAbout(snapshot, subjectOf(cron));
  if (!asked) return null;
  return finding(cron, {
    code: 'job/cron-suspended',
    strength: asked === 'named' ? 0.9 : 0.5,
    statement: `${formatSubject(subjectOf(cron))} starts no Jobs because it is suspended`,
    evidence: [
      citeField(cron, 'spec.suspend'),
      citeField(cron, 'spec.schedule'),
      citeField(cron, 'status.lastScheduleTime'),
    ],
    remediation: [edit('scale', 'R1', 'Set `suspend` to false', ['Nobody suspended it on purpose'])],
  });
}

function tooManyMissed(snapshot: Snapshot, cron: CronJob, missed: boolean): Finding | null {
  const event = lastEvent(
    snapshot,
    cron,
    ({ reason, message }) =>
      reason === 'TooManyMissedTimes' || (reason === 'FailedNeedsStart' && /too many missed/i.test(message)),
  );
  if (!event || !missed) return null;
  return finding(cron, {
    code: 'job/cron-too-many-missed',
    strength: 0.95,
    statement: `${formatSubject(subjectOf(cron))} is not started any more: the controller counts too many missed start times`,
    evidence: [
      citeEvent(event),
      citeField(cron, 'status.lastScheduleTime'),
      citeField(cron, 'spec.startingDeadlineSeconds'),
    ],
    since: event.first,
    remediation: [edit('patch-scheduling', 'R1', 'Set `startingDeadlineSeconds` so that only recent misses count')],
  });
}

function blocked(snapshot: Snapshot, cron: CronJob, interval: number): Finding | null {
  if (cron.spec?.concurrencyPolicy !== 'Forbid') return null;
  const active = new Set((cron.status?.active ?? []).map(({ name }) => name));
  const stuck = jobsOf(snapshot, cron).find(
    (job) =>
      !hasEnded(job) && (active.size === 0 || active.has(job.metadata.name)) && isOverdue(snapshot, job, interval),
  );
  // A sidecar that keeps the Job alive is the finer answer.
  if (!stuck || aliveSidecar(snapshot, stuck)) return null;
  const event = lastEvent(snapshot, cron, ({ reason }) => reason === 'JobAlreadyActive');
  return finding(cron, {
    code: 'job/cron-blocked',
    strength: event ? 0.85 : 0.75,
    statement: `${formatSubject(subjectOf(cron))} starts no new Job: concurrencyPolicy \`Forbid\` waits for ${formatSubject(subjectOf(stuck))}, which has not ended`,
    evidence: [
      citeField(cron, 'spec.concurrencyPolicy'),
      citeField(cron, 'spec.schedule'),
      citeField(stuck, 'status.startTime'),
      citeField(stuck, 'status.active'),
      ...(event ? [citeEvent(event)] : []),
    ],
    aliases: [subjectOf(stuck)],
    since: parseTime(stuck.status?.startTime),
    remediation: [
      edit('restart', 'R1', `Delete ${formatSubject(subjectOf(stuck))}`, ['Its work may be repeated']),
      edit('patch-scheduling', 'R2', 'Set `activeDeadlineSeconds` in the Job template'),
    ],
  });
}

// One run over its time delays the next; only a Job that outlives a whole further interval is stuck.
function isOverdue(snapshot: Snapshot, job: Job, interval: number): boolean {
  const start = startOf(job);
  return start > 0 && snapshot.now - start > 2 * Math.max(interval, MINUTE);
}

// The controller looks every ten seconds, so a shorter window is missed by chance.
const LOOK_EVERY = 10;

function shortDeadline(cron: CronJob): Finding | null {
  const deadline = cron.spec?.startingDeadlineSeconds;
  if (deadline == null || deadline < 0 || deadline >= LOOK_EVERY) return null;
  return finding(cron, {
    code: 'job/cron-deadline-too-short',
    strength: 0.85,
    statement: `${formatSubject(subjectOf(cron))} misses its times: it may only start within \`${deadline}\` seconds of them, and the controller looks less often`,
    evidence: [
      citeField(cron, 'spec.startingDeadlineSeconds'),
      citeField(cron, 'spec.schedule'),
      citeField(cron, 'status.lastScheduleTime'),
    ],
    remediation: [edit('patch-scheduling', 'R1', 'Raise `startingDeadlineSeconds`')],
  });
}

function late(snapshot: Snapshot, cron: CronJob, before: Millis | null): Finding | null {
  // Nothing in the object says why: the controller may be down. It only counts when somebody misses it, and not once.
  if (!isMissed(cron, before) || askedAbout(snapshot, subjectOf(cron)) !== 'named') return null;
  return finding(cron, {
    code: 'job/cron-missed',
    strength: 0.5,
    statement: `${formatSubject(subjectOf(cron))} did not start at its last times by \`${cron.spec?.schedule}\``,
    evidence: [citeField(cron, 'spec.schedule'), citeField(cron, 'status.lastScheduleTime')],
  });
}
