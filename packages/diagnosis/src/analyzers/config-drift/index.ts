import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { DAY, MINUTE, parseTime } from '@headwater/core/time.ts';
import { type Writer, writersOf } from '../../changes/managers.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { usersOfConfig } from '../_shared/config-users.ts';
import { isInTrouble } from '../_shared/trouble.ts';

const CODE = 'gitops/drift';

/** Objects that Git or Helm manages and somebody edited by hand, beside trouble of what uses them. */
export const analyzer: Analyzer = {
  name: 'config-drift',
  codes: { [CODE]: 'An object managed from Git or by Helm was edited by hand, and what uses it is in trouble.' },
  reads: ['ConfigMap', 'Deployment', 'StatefulSet', 'DaemonSet', 'Service', 'Application'],
  analyze(snapshot) {
    return snapshot.objects.all.flatMap((object) => {
      const mark = markOf(object);
      return mark === null || !DRIFTING.has(object.kind) ? [] : (judge(snapshot, object, mark) ?? []);
    });
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
const MARKS: readonly (readonly ['labels' | 'annotations', string, RegExp | null])[] = [
  ['annotations', 'argocd.argoproj.io/tracking-id', null],
  ['labels', 'argocd.argoproj.io/instance', null],
  ['labels', 'kustomize.toolkit.fluxcd.io/name', null],
  ['labels', 'helm.toolkit.fluxcd.io/name', null],
  ['annotations', 'meta.helm.sh/release-name', null],
  ['labels', 'app.kubernetes.io/managed-by', /^(?:helm|argocd|flux|kustomize)/i],
];

/** The path of the label or annotation that says an object is managed; null when none does. */
function markOf({ metadata }: KubeObject): string | null {
  for (const [where, name, wanted] of MARKS) {
    const value = metadata[where]?.[name];
    if (value !== undefined && (wanted === null || wanted.test(value))) return `metadata.${where}['${name}']`;
  }
  return null;
}

const BY_HAND = /^(?:kubectl|k9s|lens|openlens|mozilla|headlamp|rancher|dashboard|octant)/i;
// Scaling and restarting are acts of operation, not edits of what is declared.
const OPERATION = /^kubectl-(?:scale|autoscale|rollout|drain|cordon|label|annotate)/i;
const CREATION = MINUTE;

function judge(snapshot: Snapshot, object: KubeObject, mark: string): Finding | null {
  const [latest] = writersOf(object);
  const created = parseTime(object.metadata.creationTimestamp) ?? 0;
  if (!latest || !BY_HAND.test(latest.manager) || OPERATION.test(latest.manager) || isOnlyReplicas(latest)) return null;
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

function isOnlyReplicas(writer: Writer): boolean {
  const fields = writer.fields();
  return fields.length > 0 && fields.every((path) => path === 'spec.replicas');
}

function isFelt(snapshot: Snapshot, object: KubeObject): boolean {
  const subject = subjectOf(object);
  if (isInTrouble(snapshot, subject)) return true;
  return usersOfConfig(snapshot, subject).some(({ workload }) => isInTrouble(snapshot, workload));
}
