import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { coversSide, evaluateFlow, type PolicyPod, type SideVerdict } from '../../topology/network-policy.ts';
import { policyPod } from '../../topology/policy-pods.ts';
import { namespaceLabels } from '../../topology/namespaces.ts';
import { type FailedConnection, failuresOf } from '../_shared/failed-connections.ts';
import { citeHit } from '../_shared/log-hits.ts';
import { type Blame, blamePolicy, formatBlame, refusal } from '../_shared/policy-blame.ts';
import { policiesOf, policyViewOf } from '../_shared/policy-flows.ts';
import { edit } from '../_shared/remedies.ts';

/** Workloads whose egress policies leave out cluster DNS, by the policy to blame. */
export function judgeDns(snapshot: Snapshot): Finding[] {
  const resolver = dnsPod(snapshot);
  const deaf = isolated(snapshot).flatMap((component) => judge(snapshot, component, resolver) ?? []);
  return [...Map.groupBy(deaf, ({ blame }) => subjectKey(subjectOf(blame.policy))).values()].flatMap((group) =>
    report(snapshot, group),
  );
}

interface Deaf {
  readonly component: Subject;
  readonly side: SideVerdict;
  readonly blame: Blame;
  readonly failures: readonly FailedConnection[];
}

/** Components that some egress policy selects. */
function isolated(snapshot: Snapshot): readonly Subject[] {
  const found = snapshot.objects
    .list('NetworkPolicy')
    .filter((policy) => coversSide(policy, 'egress'))
    .flatMap((policy) =>
      snapshot.topology.templates
        .match(policy.metadata.namespace ?? '', policy.spec?.podSelector ?? {})
        .map(({ component }) => component),
    );
  return [...new Set(found)];
}

function judge(snapshot: Snapshot, component: Subject, resolver: PolicyPod): Deaf | null {
  const from = policyViewOf(snapshot, component);
  if (!from) return null;
  const verdict = evaluateFlow(policiesOf(snapshot), {
    from: { pod: from },
    to: { pod: resolver },
    port: 53,
    protocol: 'UDP',
  });
  if (verdict.egress?.decision !== 'denied') return null;
  const blame = blamePolicy(snapshot, verdict.egress);
  const failures = failuresOf(snapshot, component).filter(({ error }) => error.mode === 'no-answer');
  if (!blame) return null;
  // Closing a Pod off that resolves nothing is good practice; it needs failing lookups, or names to resolve and a new policy.
  if (failures.length === 0 && !(blame.recent && resolvesNames(snapshot, component))) return null;
  return { component, side: verdict.egress, blame, failures };
}

function resolvesNames(snapshot: Snapshot, component: Subject): boolean {
  return snapshot.topology.dependencies(component).some(({ relation }) => relation === 'calls');
}

function dnsPod(snapshot: Snapshot): PolicyPod {
  const [service] = snapshot.topology.clusterServices.ofRole('dns');
  const [pod] = service ? snapshot.topology.pods.ofComponent(service.subject) : [];
  if (pod) return policyPod(snapshot, pod);
  // Every distribution labels its DNS Pods so, whatever runs in them; policies are written against this.
  const { labels, certain } = namespaceLabels(snapshot.objects, 'kube-system');
  return {
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-dns' },
    namespaceLabels: labels,
    namespaceCertain: certain,
    ip: null,
    hostNetwork: false,
    ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
  };
}

function report(snapshot: Snapshot, group: readonly Deaf[]): Finding[] {
  const [first] = [...group].sort((left, right) => right.failures.length - left.failures.length);
  if (!first) return [];
  const { blame, side, component, failures } = first;
  const subject = subjectOf(blame.policy);
  const change = blame.recent ? snapshot.changes.of(subject).at(-1) : undefined;
  const others = group.filter((deaf) => deaf !== first).map((deaf) => deaf.component);
  return [
    {
      code: 'network-policy/egress-dns',
      subject,
      category: 'network-policy-egress',
      role: 'cause',
      layer: 'state',
      strength: failures.length > 0 ? 0.95 : 0.65,
      statement: `${formatBlame(blame)} restricts egress of ${[component, ...others.slice(0, 3)].map(formatSubject).join(', ')} and ${refusal(side)} for cluster DNS, so no name resolves there`,
      evidence: [
        citeField(blame.policy, 'spec'),
        ...blame.others.slice(0, 2).map((policy) => citeField(policy, 'spec')),
        ...failures.slice(0, 2).flatMap(({ hit }) => citeHit(hit).slice(0, 1)),
        ...(change ? [citeChange(change)] : []),
      ],
      affects: group.map((deaf) => deaf.component),
      ...(change ? { change: change.id, since: change.time } : {}),
      ruledOut: dnsWorks(snapshot),
      remediation: [
        edit(
          'patch-networkpolicy',
          'R2',
          `Allow egress to the cluster DNS Pods over UDP and TCP in ${formatSubject(subject)}`,
        ),
      ],
    },
  ];
}

function dnsWorks(snapshot: Snapshot): Finding['ruledOut'] {
  const [service] = snapshot.topology.clusterServices.ofRole('dns');
  const pod =
    service &&
    snapshot.topology.pods
      .ofComponent(service.subject)
      .find(({ status }) =>
        (status?.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True'),
      );
  if (!service || !pod) return [];
  return [
    {
      subject: service.subject,
      category: 'dns-down',
      statement: `${formatSubject(service.subject)} is up: ${formatSubject(subjectOf(pod))} is Ready`,
      evidence: [citeField(pod, 'status.conditions[type=Ready].status')],
    },
  ];
}
