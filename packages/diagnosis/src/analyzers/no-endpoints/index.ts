import { formatSelector } from '@headwater/core/kube/selector.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeField, citeSelection } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { expectedEndpoints } from '../../topology/service-endpoints.ts';
import type { PodObject } from '../_shared/pods.ts';
import { citeEndpoints, hasForeignEndpoints, type ServiceObject } from '../_shared/service-traffic.ts';
import { unsettledServices } from '../_shared/unsettled-services.ts';

/** Services without a Ready Pod: an effect that points at the workload behind. */
export const analyzer: Analyzer = {
  name: 'no-endpoints',
  codes: {
    'service/no-ready-pods': 'No Pod a Service selects is Ready.',
    'service/no-pods': 'A Service selects a workload that has no Pods at all.',
  },
  reads: ['Service', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'EndpointSlice', 'Endpoints'],
  analyze(snapshot) {
    return unsettledServices(snapshot).flatMap((service) => {
      const { kind, pods, ready } = expectedEndpoints(snapshot.topology.pods, service);
      if (kind !== 'selected' || ready.length > 0 || hasForeignEndpoints(snapshot, service)) return [];
      return pods.length > 0 ? [unready(snapshot, service, pods)] : withoutPods(snapshot, service);
    });
  },
};

function unready(snapshot: Snapshot, service: ServiceObject, pods: readonly PodObject[]): Finding {
  const blames = [
    ...new Map(
      pods.map((pod) => snapshot.topology.component(subjectOf(pod))).map((subject) => [subjectKey(subject), subject]),
    ).values(),
  ];
  const evidence = [
    ...citeEndpoints(snapshot, service),
    ...pods.slice(0, 2).map((pod) => citeField(pod, 'status.conditions[type=Ready].status')),
    citeField(service, 'spec.selector'),
  ];
  const statement = `${formatSubject(subjectOf(service))} has no endpoints: no Pod of ${blames.map(formatSubject).join(', ')} is Ready`;
  return symptom(service, { code: 'service/no-ready-pods', statement, evidence, blames });
}

function withoutPods(snapshot: Snapshot, service: ServiceObject): Finding[] {
  const namespace = service.metadata.namespace ?? '';
  const matchLabels = service.spec?.selector ?? {};
  const [view] = snapshot.topology.templates
    .match(namespace, { matchLabels })
    .filter(({ object }) => object.kind !== 'Pod');
  if (!view || !snapshot.objects.knows('Pod', namespace)) return [];
  const statement = `${formatSubject(subjectOf(service))} has no endpoints: ${formatSubject(view.component)} has no Pods that match \`${formatSelector({ matchLabels })}\``;
  const evidence = [
    citeSelection(snapshot, 'Pod', namespace, { matchLabels }),
    citeField(service, 'spec.selector'),
    citeField(view.object, 'status.replicas'),
  ];
  return [symptom(service, { code: 'service/no-pods', statement, evidence, blames: [view.component] })];
}

function symptom(
  service: ServiceObject,
  {
    code,
    statement,
    evidence,
    blames,
  }: { code: string; statement: string; evidence: Finding['evidence']; blames: readonly Subject[] },
): Finding {
  return {
    code,
    subject: subjectOf(service),
    category: 'readiness-failing',
    role: 'symptom',
    layer: 'dependency',
    strength: 0.5,
    statement,
    evidence,
    blames,
  };
}
