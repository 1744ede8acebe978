import { formatSubject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type AliveSidecar, aliveSidecar, type Job } from '../_shared/jobs.ts';
import { edit } from '../_shared/remedies.ts';
import { rootOf } from '../_shared/workloads.ts';

/** Jobs whose work is done but whose sidecar runs on. */
export const analyzer: Analyzer = {
  name: 'job-sidecar-alive',
  codes: { 'job/sidecar-alive': 'A Job never completes because a sidecar keeps running after its work is done.' },
  reads: ['Job', 'CronJob', 'Pod'],
  analyze: (snapshot) => {
    const found = new Map<string, Finding>();
    for (const job of snapshot.objects.list('Job')) {
      const sidecar = aliveSidecar(snapshot, job);
      if (!sidecar || !isLasting(snapshot, sidecar)) continue;
      const finding = report(snapshot, job, sidecar);
      // Every run of a CronJob piles up in the same way.
      found.set(formatSubject(finding.subject), found.get(formatSubject(finding.subject)) ?? finding);
    }
    return [...found.values()];
  },
};

// A sidecar that is told to stop needs a moment to flush.
const FLUSH = 2 * MINUTE;

function isLasting(snapshot: Snapshot, { done }: AliveSidecar): boolean {
  const finished = parseTime(done.status?.state?.terminated?.finishedAt);
  return finished === null || snapshot.now - finished >= FLUSH;
}

function report(snapshot: Snapshot, job: Job, { pod, done, alive }: AliveSidecar): Finding {
  const subject = rootOf(snapshot, job);
  return {
    code: 'job/sidecar-alive',
    subject,
    category: 'job-sidecar-alive',
    role: 'cause',
    layer: 'state',
    strength: 0.95,
    statement: `${formatSubject(subjectOf(job))} never completes: container \`${done.name}\` ended with exit code \`0\` and container \`${alive.name}\` keeps running`,
    evidence: [
      citeField(pod, `${done.statusPath}.state.terminated.exitCode`),
      citeField(pod, `${done.statusPath}.state.terminated.finishedAt`),
      citeField(pod, `${alive.statusPath}.state.running`),
      citeField(pod, `${alive.specPath}.name`),
      citeField(job, 'status.active'),
    ],
    aliases: subject.kind === 'Job' ? [] : [subjectOf(job)],
    affects: [subjectOf(pod)],
    since: parseTime(done.status?.state?.terminated?.finishedAt),
    remediation: [
      edit(
        'patch-scheduling',
        'R2',
        `Make \`${alive.name}\` an init container with \`restartPolicy: Always\`, which ends with the Pod`,
      ),
      edit('restart', 'R1', `Delete the Pod, whose work is done`),
    ],
  };
}
