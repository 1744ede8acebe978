import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isGone } from '../_shared/pods.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';
import { tiedWorkloads } from '../_shared/unsettled-workloads.ts';
import { templateOf, templatePath } from '../_shared/workloads.ts';

/** Workloads whose template binds their Pods to a Node that does not exist. */
export const analyzer: Analyzer = {
  name: 'node-name-invalid',
  codes: { 'scheduling/node-name-invalid': 'A pod template names a Node that does not exist.' },
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod', 'Node'],
  analyze: (snapshot) => [
    ...[
      ...tiedWorkloads(snapshot),
      ...snapshot.objects.list('Job').filter(isRootJob),
      ...snapshot.objects.list('CronJob'),
    ].flatMap((workload) => {
      const name = templateOf(workload)?.spec?.nodeName;
      if (!name || !wantsPods(workload)) return [];
      return judge(snapshot, workload, { path: `${templatePath(workload)}.spec.nodeName`, name });
    }),
    ...unsettledPods(snapshot).flatMap((pod) => {
      const bare = (pod.metadata.ownerReferences ?? []).length === 0 && pod.status?.phase === 'Pending' && !isGone(pod);
      return bare ? judge(snapshot, pod, { path: 'spec.nodeName', name: pod.spec?.nodeName }) : [];
    }),
  ],
};

function isRootJob(job: KubeObject): boolean {
  return (job.metadata.ownerReferences ?? []).length === 0;
}

interface Wanted {
  readonly spec?:
    | { readonly replicas?: number | null | undefined; readonly suspend?: boolean | null | undefined }
    | null
    | undefined;
  readonly status?: { readonly completionTime?: string | null | undefined } | null | undefined;
}

function wantsPods(workload: KubeObject): boolean {
  const { spec, status } = workload as KubeObject & Wanted;
  return spec?.replicas !== 0 && spec?.suspend !== true && !status?.completionTime;
}

function judge(
  snapshot: Snapshot,
  object: KubeObject,
  { path, name }: { path: string; name: string | null | undefined },
): Finding[] {
  if (!name || snapshot.objects.existence('Node', null, name) !== 'absent') return [];
  const subject = subjectOf(object);
  const near = nearMiss(name, snapshot.objects.names('Node'));
  return [
    {
      code: 'scheduling/node-name-invalid',
      subject,
      category: 'node-name-invalid',
      role: 'cause',
      layer: 'state',
      strength: 0.95,
      statement: `${formatSubject(subject)} binds its Pods to the Node \`${name}\`, which does not exist${near ? `; Node \`${near}\` does` : ''}, so no kubelet ever starts them`,
      evidence: [citeField(object, path), citeAbsent(snapshot, { kind: 'Node', name }), ...effectOf(object)],
      since: parseTime(object.metadata.creationTimestamp),
      remediation: [
        edit('patch-scheduling', 'R1', `Remove \`${path}\` and let the scheduler choose`),
        ...rollback(subject, 'R1'),
      ],
    },
  ];
}

function effectOf(object: KubeObject): readonly Evidence[] {
  if (object.kind === 'Pod') return [citeField(object, 'status.phase')];
  return ['Deployment', 'StatefulSet'].includes(object.kind) ? [citeField(object, 'status.readyReplicas')] : [];
}
