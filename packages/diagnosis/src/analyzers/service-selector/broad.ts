import { formatSelector } from '@headwater/core/kube/selector.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Change } from '../../changes/change.ts';
import { DAY } from '@headwater/core/time.ts';
import { citeChange, citeField, citeSelection } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { expectedEndpoints, namedPort, servicePorts } from '../../topology/service-endpoints.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { type ServiceObject, trafficTo } from '../_shared/service-traffic.ts';

interface Foreign {
  readonly component: Subject;
  readonly pods: readonly [PodObject, ...PodObject[]];
  /** The Service that bears the foreign workload's name. */
  readonly own: ServiceObject;
}

/**
 * A selector that takes another application's Pods too: the Service bears one workload's name, and the others it takes
 * bear the names of Services of their own.
 */
export function judgeBroad(snapshot: Snapshot, service: ServiceObject): Finding[] {
  const subject = subjectOf(service);
  // Headless and metrics Services gather Pods on purpose; their clients tell them apart.
  if (service.spec?.clusterIP === 'None') return [];
  const taken = expectedEndpoints(snapshot.topology.pods, service).pods;
  if (taken.length < 2) return [];
  const pods = taken.filter(isReady);
  const byComponent = Map.groupBy(pods, (pod) => subjectKey(snapshot.topology.component(subjectOf(pod))));
  if (byComponent.size < 2) return [];
  const components = [...byComponent.values()]
    .map(([pod]) => pod && snapshot.topology.component(subjectOf(pod)))
    .filter((component) => component !== undefined);
  const meant = components.find(({ name }) => name === subject.name);
  if (!meant) return [];
  const foreign = components.flatMap((component): Foreign[] => {
    const [first, ...rest] = byComponent.get(subjectKey(component)) ?? [];
    const own = snapshot.objects.get('Service', subject.namespace, component.name);
    return first && own && component !== meant && own !== service ? [{ component, pods: [first, ...rest], own }] : [];
  });
  return foreign.length > 0 ? report(snapshot, { service, meant, foreign, total: pods.length }) : [];
}

function report(
  snapshot: Snapshot,
  {
    service,
    meant,
    foreign,
    total,
  }: { service: ServiceObject; meant: Subject; foreign: readonly Foreign[]; total: number },
): Finding[] {
  const subject = subjectOf(service);
  const matchLabels = service.spec?.selector ?? {};
  const traffic = trafficTo(snapshot, subject);
  const touched = editOf(snapshot, { subject, meant, foreign });
  const deaf = foreign.some(({ pods: [pod] }) => !servesAll(service, pod));
  const confirmed = traffic.failing.length > 0 || touched !== undefined;
  // Variants of one application may share a port and a Service; without any effect it is somebody's design.
  if (!confirmed && !deaf) return [];
  const count = foreign.reduce((sum, { pods }) => sum + pods.length, 0);
  const [first] = foreign;
  return [
    {
      code: 'service/selector-too-broad',
      subject,
      category: 'selector-mismatch',
      role: 'cause',
      layer: 'state',
      strength: confirmed && deaf ? 0.9 : confirmed ? 0.8 : 0.6,
      statement: `${formatSubject(subject)} selects \`${formatSelector({ matchLabels })}\`, which takes Pods of ${foreign.map(({ component }) => formatSubject(component)).join(', ')} besides those of ${formatSubject(meant)}`,
      evidence: [
        citeField(service, 'spec.selector'),
        citeSelection(snapshot, 'Pod', subject.namespace ?? '', { matchLabels }),
        ...(first ? [citeField(first.pods[0], 'metadata.labels'), citeField(first.own, 'spec.selector')] : []),
        ...traffic.failing,
        ...(touched ? [citeChange(touched)] : []),
      ],
      aliases: [meant, ...foreign.map(({ component }) => component)],
      ...(touched ? { change: touched.id, since: touched.time } : {}),
      ruledOut: [],
      remediation: [
        edit(
          'patch-selector',
          'R2',
          `Narrow the selector of ${formatSubject(subject)} to the labels only ${formatSubject(meant)} carries`,
          [`${count} of ${total} endpoints are then removed`],
        ),
      ],
    },
  ];
}

/** The recent change that made the selector what it is; the last signed one where nobody saw the difference. */
function editOf(
  snapshot: Snapshot,
  { subject, meant, foreign }: { subject: Subject; meant: Subject; foreign: readonly Foreign[] },
): Change | undefined {
  const edited = recentEdit(snapshot, subject, (path) => path.startsWith('spec.selector'));
  if (edited && edited.diff.length > 0) return edited;
  // Field managers tell that a Service was written, not what; a variant of the same application may be meant to share it.
  if (foreign.some(({ component }) => component.name.startsWith(`${meant.name}-`))) return undefined;
  return (
    edited ??
    snapshot.changes
      .of(subject)
      .findLast(({ source, time }) => source === 'managed-fields' && snapshot.now - time <= DAY)
  );
}

function servesAll(service: ServiceObject, pod: PodObject): boolean {
  const declared = (pod.spec?.containers ?? []).flatMap(({ ports }) => ports ?? []);
  if (declared.length === 0) return true;
  return servicePorts(service, [pod]).every(({ target, protocol }) =>
    typeof target === 'string'
      ? namedPort(pod.spec, target, protocol) !== null
      : declared.some(({ containerPort }) => containerPort === target),
  );
}
