import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { DAY, MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { usersOfConfig } from '../_shared/config-users.ts';
import { type HandEdit, handEditOf } from '../_shared/hand-edits.ts';
import { isInTrouble } from '../_shared/trouble.ts';

const CODE = 'gitops/drift';

/** Objects that Git or Helm manages and somebody edited by hand, beside trouble of what uses them. */
export const analyzer: Analyzer = {
  name: 'config-drift',
  codes: { [CODE]: 'An object managed from Git or by Helm was edited by hand, and what uses it is in trouble.' },
  reads: ['ConfigMap', 'Deployment', 'StatefulSet', 'DaemonSet', 'Service', 'Application'],
  analyze(snapshot) {
    return [...DRIFTING].flatMap((kind) =>
      snapshot.objects.list(kind).flatMap((object) => {
        const edit = handEditOf(object);
        return edit ? (judge(snapshot, object, edit) ?? []) : [];
      }),
    );
  },
};

const DRIFTING = new Set([
  'ConfigMap',
  'Secret',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Service',
  'Ingress',
  'NetworkPolicy',
  'HTTPRoute',
  'VirtualService',
  'HorizontalPodAutoscaler',
]);
const CREATION = MINUTE;

function judge(snapshot: Snapshot, object: KubeObject, { writer: latest, mark }: HandEdit): Finding | null {
  const created = parseTime(object.metadata.creationTimestamp) ?? 0;
  if (latest.time <= created + CREATION || snapshot.now - latest.time > DAY || !isFelt(snapshot, object)) return null;
  const subject = subjectOf(object);
  const change = snapshot.changes.of(subject).findLast(({ time }) => Math.abs(time - latest.time) <= MINUTE);
  return {
    code: CODE,
    subject,
    category: 'config-drift',
    role: 'cause',
    layer: 'change',
    strength: 0.67,
    statement: `${formatSubject(subject)} is managed from elsewhere, but was last edited by hand (\`${latest.manager}\`)`,
    evidence: [citeField(object, mark), citeField(object, `metadata.managedFields[manager=${latest.manager}].manager`)],
    since: latest.time,
    ...(change ? { change: change.id } : {}),
    remediation: [
      {
        action: 'gitops-sync',
        risk: 'R2',
        statement: `Sync ${formatSubject(subject)} from its source, or commit the edit there`,
        preconditions: ['The source is healthy'],
        undo: 'Apply the edit again',
      },
    ],
  };
}

function isFelt(snapshot: Snapshot, object: KubeObject): boolean {
  const subject = subjectOf(object);
  if (isInTrouble(snapshot, subject)) return true;
  return usersOfConfig(snapshot, subject).some(({ workload }) => isInTrouble(snapshot, workload));
}
