import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { DAY, parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { askedAbout } from '../_shared/asked.ts';
import { lastEvent } from '../_shared/freshness.ts';
import { hasSucceeded, type Job, jobCondition, jobsOf, startOf } from '../_shared/jobs.ts';
import { citeLastWords } from '../_shared/last-words.ts';
import { quote } from '../_shared/log-hits.ts';
import { containersOf, type PodObject } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';
import { rootOf } from '../_shared/workloads.ts';

/** Jobs that gave up, with the way their last Pod ended. */
export const analyzer: Analyzer = {
  name: 'job-failed',
  codes: {
    'job/failed': 'A Job gave up after its Pods failed as often as they may.',
    'job/deadline-exceeded': 'A Job was ended because it ran longer than it may.',
    'job/failing': 'Pods of a Job fail and it tries again.',
    'job/suspended': 'A Job is suspended and does not start.',
  },
  reads: ['Job', 'CronJob', 'Pod', 'Event', 'logs'],
  analyze: (snapshot) =>
    snapshot.objects.list('Job').flatMap((job) => (isSuperseded(snapshot, job) ? [] : judge(snapshot, job))),
};

/** Whether a later run of the same CronJob tells the present better. */
function isSuperseded(snapshot: Snapshot, job: Job): boolean {
  const parent = snapshot.owners.parent(job);
  const cron = parent?.kind === 'CronJob' ? snapshot.objects.get('CronJob', parent.namespace, parent.name) : undefined;
  if (!cron) return false;
  return jobsOf(snapshot, cron).some(
    (other) => startOf(other) > startOf(job) && (hasSucceeded(other) || jobCondition(other, 'Failed') !== undefined),
  );
}

function judge(snapshot: Snapshot, job: Job): Finding[] {
  if (job.metadata.deletionTimestamp || hasSucceeded(job)) return [];
  const failed = jobCondition(job, 'Failed', 'FailureTarget');
  if (failed)
    return isLeftover(snapshot, job, failed.lastTransitionTime)
      ? []
      : [reportFailed(snapshot, job, failed.reason ?? '')];
  if (job.spec?.suspend) return isHeldBack(snapshot, job) ? [reportSuspended(job)] : [];
  return (job.status?.failed ?? 0) > 0 ? [reportFailing(snapshot, job)] : [];
}

// A Job that failed long ago stays until somebody clears it away.
const LEFT_BEHIND = DAY;

function isLeftover(snapshot: Snapshot, job: Job, ended: string | null | undefined): boolean {
  const at = parseTime(ended);
  return at !== null && snapshot.now - at > LEFT_BEHIND && askedAbout(snapshot, subjectOf(job)) !== 'named';
}

function reportFailed(snapshot: Snapshot, job: Job, reason: string): Finding {
  const late = reason === 'DeadlineExceeded';
  const end = late ? null : lastEnd(snapshot, job);
  const condition = jobCondition(job, 'Failed') ? 'Failed' : 'FailureTarget';
  const event = lastEvent(snapshot, job, (one) => one.reason === reason);
  const subject = rootOf(snapshot, job);
  const deadline = job.spec?.activeDeadlineSeconds;
  return {
    code: late ? 'job/deadline-exceeded' : 'job/failed',
    subject,
    category: 'job-failed',
    role: 'cause',
    layer: 'state',
    strength: late ? 0.65 : 0.58,
    statement: `${formatSubject(subjectOf(job))} failed${reason ? ` with \`${reason}\`` : ''}${late && deadline != null ? `: it may run \`${deadline}\` seconds` : ''}${end?.says ?? ''}`,
    evidence: [
      citeField(job, `status.conditions[type=${condition}].reason`),
      citeField(job, late ? 'spec.activeDeadlineSeconds' : 'spec.backoffLimit'),
      ...(reason ? [] : [citeField(job, `status.conditions[type=${condition}]`)]),
      ...(event ? [citeEvent(event)] : []),
      ...(end?.evidence ?? []),
    ],
    aliases: subject.kind === 'Job' ? [] : [subjectOf(job)],
    since: parseTime(jobCondition(job, condition)?.lastTransitionTime),
    remediation: [
      edit('restart', 'R1', 'Run the Job again once what made its Pods fail is mended', ['Its work may be repeated']),
    ],
  };
}

function reportFailing(snapshot: Snapshot, job: Job): Finding {
  const end = lastEnd(snapshot, job);
  return {
    code: 'job/failing',
    subject: rootOf(snapshot, job),
    category: 'job-failed',
    role: 'cause',
    layer: 'state',
    strength: 0.5,
    statement: `Pods of ${formatSubject(subjectOf(job))} failed \`${job.status?.failed}\` times and it has not completed${end?.says ?? ''}`,
    evidence: [citeField(job, 'status.failed'), ...(end?.evidence ?? [])],
    since: parseTime(job.status?.startTime),
    remediation: [],
  };
}

function reportSuspended(job: Job): Finding {
  return {
    code: 'job/suspended',
    subject: subjectOf(job),
    category: 'job-failed',
    role: 'cause',
    layer: 'state',
    strength: 0.6,
    statement: `${formatSubject(subjectOf(job))} does not run because it is suspended`,
    evidence: [citeField(job, 'spec.suspend'), citeField(job, 'status.startTime')],
    since: parseTime(job.metadata.creationTimestamp),
    remediation: [edit('scale', 'R1', 'Set `suspend` to false', ['Nobody holds it back on purpose'])],
  };
}

// Queueing systems suspend Jobs until it is their turn.
function isHeldBack(snapshot: Snapshot, job: Job): boolean {
  const queued = Object.keys({ ...job.metadata.labels, ...job.metadata.annotations }).some((key) => /queue/i.test(key));
  return !queued && askedAbout(snapshot, subjectOf(job)) !== null;
}

/** How the last Pod of a Job ended. */
function lastEnd(snapshot: Snapshot, job: Job): { says: string; evidence: readonly Evidence[] } | null {
  const pods = [...snapshot.owners.pods(subjectOf(job))].sort(
    (left, right) =>
      (parseTime(right.metadata.creationTimestamp) ?? 0) - (parseTime(left.metadata.creationTimestamp) ?? 0),
  );
  for (const pod of pods) {
    const end = endOf(snapshot, pod);
    if (end) return end;
  }
  return null;
}

function endOf(snapshot: Snapshot, pod: PodObject): { says: string; evidence: readonly Evidence[] } | null {
  for (const { name, status, statusPath } of containersOf(pod)) {
    for (const state of ['state', 'lastState'] as const) {
      const ended = status?.[state]?.terminated;
      if (!ended || ended.exitCode === 0 || ended.exitCode == null) continue;
      const words = citeLastWords(snapshot, pod, name);
      const said = quote(words, words[0]?.text ?? '');
      return {
        says: `; container \`${name}\` of its last Pod ended with exit code \`${ended.exitCode}\`${ended.reason ? `, \`${ended.reason}\`` : ''}${said ? `, and last said ${said}` : ''}`,
        evidence: [
          citeField(pod, `${statusPath}.${state}.terminated.exitCode`),
          citeField(pod, `${statusPath}.${state}.terminated.reason`),
          ...words,
        ],
      };
    }
  }
  return null;
}
