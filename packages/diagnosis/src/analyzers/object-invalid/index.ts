import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { edit } from '../_shared/remedies.ts';
import { checkBudget } from './budget.ts';
import { checkCronJob } from './cron-job.ts';
import type { Defect } from './defect.ts';
import { checkJob } from './job.ts';
import { checkTemplate } from './template.ts';
import { checkWorkload } from './workload.ts';

/** Objects that cannot work as they are written, whatever the rest of the cluster does. */
export const analyzer: Analyzer = {
  name: 'object-invalid',
  codes: {
    'object/schedule': 'The schedule or time zone of a CronJob cannot be understood.',
    'object/number': 'A number that must not be negative or zero is.',
    'object/strategy': 'An update strategy allows no Pod to be replaced.',
    'object/selector': 'The selector of a workload does not match its own template.',
    'object/resources': 'Requests and limits of a container contradict each other or are malformed.',
    'object/budget': 'A PodDisruptionBudget sets two rules that exclude each other.',
  },
  reads: ['CronJob', 'Job', 'Deployment', 'StatefulSet', 'DaemonSet', 'PodDisruptionBudget'],
  analyze: (snapshot) => defects(snapshot).map(report),
};

function defects(snapshot: Snapshot): readonly Defect[] {
  const { objects } = snapshot;
  const workloads = [...objects.list('Deployment'), ...objects.list('StatefulSet'), ...objects.list('DaemonSet')];
  return [
    ...objects
      .list('CronJob')
      .flatMap((cron) => [
        ...checkCronJob(snapshot, cron),
        ...checkJob(cron, cron.spec?.jobTemplate?.spec, 'spec.jobTemplate.spec'),
      ]),
    ...objects.list('Job').flatMap((job) => (snapshot.owners.parent(job) ? [] : checkJob(job, job.spec, 'spec'))),
    ...objects.list('Deployment').flatMap(checkWorkload),
    ...workloads.flatMap(checkTemplate),
    ...objects.list('PodDisruptionBudget').flatMap(checkBudget),
  ];
}

function report({ object, code, says, paths }: Defect): Finding {
  const subject = subjectOf(object);
  return {
    code,
    subject,
    category: 'object-invalid',
    role: 'cause',
    layer: 'state',
    strength: 0.95,
    statement: `${formatSubject(subject)} cannot work as it is written: ${says}`,
    evidence: paths.map((path) => citeField(object, path)),
    remediation: [edit('patch-scheduling', 'R1', `Correct \`${paths[0] ?? 'spec'}\``)],
  };
}
