import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { DAY, MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { turnOf } from '../_shared/change-words.ts';
import { usersOfConfig } from '../_shared/config-users.ts';
import { type HandEdit, handEditOf } from '../_shared/hand-edits.ts';
import { quote } from '../_shared/log-hits.ts';
import { isInTrouble, listNearTrouble } from '../_shared/trouble.ts';

const CODE = 'gitops/drift';

/** Objects that Git or Helm manages and somebody edited by hand, beside trouble of what uses them. */
export const analyzer: Analyzer = {
  name: 'config-drift',
  codes: { [CODE]: 'An object managed from Git or by Helm was edited by hand, and what uses it is in trouble.' },
  reads: ['ConfigMap', 'Deployment', 'StatefulSet', 'DaemonSet', 'Service', 'Application'],
  analyze(snapshot) {
    return [...DRIFTING].flatMap((kind) =>
      listNearTrouble(snapshot, kind).flatMap((object: KubeObject) => {
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
  const report = reportOf(snapshot, subject);
  const field = change?.diff[0];
  const evidence = [
    citeField(object, mark),
    citeField(object, `metadata.managedFields[manager=${latest.manager}].manager`),
    ...(change && field ? [citeChange(change)] : []),
    ...(report ? [report] : []),
  ];
  const what = field ? quote(evidence, field.path) : '';
  return {
    code: CODE,
    subject,
    category: 'config-drift',
    role: 'cause',
    layer: 'change',
    strength: 0.67 + (field ? 0.05 : 0) + (report ? 0.05 : 0),
    statement: `${formatSubject(subject)} is managed from elsewhere, but was last edited by hand (\`${latest.manager}\`)${what === '' ? '' : `: ${what}${turnOf(evidence, field)}`}`,
    evidence,
    affects: usersInTrouble(snapshot, subject),
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

/** The status with which Argo CD says that an object is not what Git describes. */
function reportOf(snapshot: Snapshot, { kind, name, namespace }: Subject): Evidence | undefined {
  for (const object of snapshot.objects.list('Application')) {
    const resources = readField(object, 'status.resources');
    const index = Array.isArray(resources)
      ? resources.findIndex(
          (one: Readonly<Record<string, unknown>> | null) =>
            one?.['kind'] === kind &&
            one['name'] === name &&
            one['namespace'] === namespace &&
            one['status'] === 'OutOfSync',
        )
      : -1;
    if (index >= 0) return citeField(object, `status.resources[${index}].status`);
  }
  return undefined;
}

function usersInTrouble(snapshot: Snapshot, subject: Subject): readonly Subject[] {
  const users = usersOfConfig(snapshot, subject).map(({ workload }) => workload);
  return [
    ...new Map(
      users.filter((user) => isInTrouble(snapshot, user)).map((user) => [subjectKey(user), user] as const),
    ).values(),
  ];
}

function isFelt(snapshot: Snapshot, object: KubeObject): boolean {
  const subject = subjectOf(object);
  return isInTrouble(snapshot, subject) || usersInTrouble(snapshot, subject).length > 0;
}
