import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ClusterRole } from '../../topology/cluster-services.ts';
import { staleLease } from './leases.ts';
import type { NodeObject } from './node-pods.ts';
import { isGone, isReady } from './pods.ts';

/** A control-plane component as the cluster's objects show it. */
export interface ControlPlanePart {
  /** Its Pod, else the control-plane Node it runs on, else its leader Lease. */
  readonly subject: Subject;
  readonly aliases: readonly Subject[];
  /** Signs that it is down: a Lease no longer renewed, Pods that are not ready. */
  readonly signs: readonly Evidence[];
}

const CONTROL_PLANE_LABELS = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

/** Finds a leader-elected component and what speaks for its being down. */
export function controlPlanePart(
  snapshot: Snapshot,
  component: 'kube-scheduler' | 'kube-controller-manager',
  role: ClusterRole,
): ControlPlanePart {
  const pods = snapshot.topology.clusterServices
    .ofRole(role)
    .flatMap(({ subject }) => snapshot.owners.pods(subject))
    .filter((pod) => !isGone(pod));
  const down = pods.filter((pod) => !isReady(pod));
  const lease = snapshot.objects.get('Lease', 'kube-system', component);
  const leaseSubject: Subject = { kind: 'Lease', namespace: 'kube-system', name: component };
  const stale = staleLease(snapshot, 'kube-system', component);
  const signs = [
    ...(stale ? [citeField(stale, 'spec.renewTime'), citeField(stale, 'spec.holderIdentity')] : []),
    // Standby replicas may be down without harm while one leads.
    ...(pods.length > 0 && down.length === pods.length
      ? down.slice(0, 2).map((pod) => citeField(pod, 'status.conditions[type=Ready].status'))
      : []),
  ];
  const holder = holderOf(lease?.spec?.holderIdentity) ?? electedHolder(snapshot, leaseSubject)?.holder;
  const node = nodeOf(snapshot, holder);
  const pod = pods.find((candidate) => candidate.spec?.nodeName === node?.metadata.name) ?? pods[0];
  const named = [...(pod ? [subjectOf(pod)] : []), ...(node ? [subjectOf(node)] : []), leaseSubject];
  const [subject = leaseSubject, ...aliases] = named;
  return { subject, aliases, signs };
}

/** Cites the last leader election of a component: with no later sign of life it is the last thing known of it. */
export function citeElection(snapshot: Snapshot, component: string): readonly Evidence[] {
  const elected = electedHolder(snapshot, { kind: 'Lease', namespace: 'kube-system', name: component });
  return elected ? [elected.evidence] : [];
}

// `node-1_2ead6ef9-c0ca-4161-824a-09f651fe94c3`: the host's name and a random part.
function holderOf(identity: string | null | undefined): string | undefined {
  return identity?.replace(/_[^_]*$/, '') || undefined;
}

function electedHolder(
  snapshot: Snapshot,
  lease: Subject,
): { holder: string | undefined; evidence: Evidence } | undefined {
  const event = snapshot.events.of(lease, 'LeaderElection').at(-1);
  return event && { holder: holderOf(/^(\S+) became leader/.exec(event.message)?.[1]), evidence: citeEvent(event) };
}

function nodeOf(snapshot: Snapshot, holder: string | undefined): NodeObject | undefined {
  const named = holder === undefined ? undefined : snapshot.objects.get('Node', null, holder);
  if (named) return named;
  const nodes = snapshot.objects.list('Node').filter(({ metadata }) => isControlPlane(metadata.labels ?? {}));
  return nodes.length === 1 ? nodes[0] : undefined;
}

function isControlPlane(labels: Readonly<Record<string, string>>): boolean {
  return (
    CONTROL_PLANE_LABELS.some((label) => label in labels) ||
    /^(?:master|control-?plane|controlplane)$/.test(labels['kubernetes.io/role'] ?? '')
  );
}
