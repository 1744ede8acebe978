import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { EndpointPort, ServiceEndpoints } from '../../topology/service-endpoints.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import type { PodObject } from '../_shared/pods.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { citeEndpoints, type ServiceObject, trafficTo } from '../_shared/service-traffic.ts';

/** Named target ports that no Pod behind the Service declares: the endpoint controller then makes no endpoints. */
export function judgeName(snapshot: Snapshot, service: ServiceObject, { pods, ports }: ServiceEndpoints): Finding[] {
  const dangling = ports.filter(
    ({ target, unresolved }) =>
      typeof target === 'string' && unresolved.length === pods.length && !pods.some((pod) => declares(pod, target)),
  );
  const [port] = dangling;
  const [pod] = pods;
  return port && pod ? [report(snapshot, { service, port, pod, count: dangling.length, total: pods.length })] : [];
}

// Declared under another protocol is a matter of the protocol, not of the name.
function declares(pod: PodObject, name: string): boolean {
  return portsOf(pod).some((port) => port.name === name);
}

function portsOf(pod: PodObject) {
  return (pod.spec?.containers ?? []).flatMap(({ ports }) => ports ?? []);
}

interface Dangling {
  readonly service: ServiceObject;
  readonly port: EndpointPort;
  readonly pod: PodObject;
  readonly count: number;
  readonly total: number;
}

function report(snapshot: Snapshot, { service, port, pod, total }: Dangling): Finding {
  const subject = subjectOf(service);
  const target = String(port.target);
  const workload = snapshot.topology.component(subjectOf(pod));
  const names = portsOf(pod).flatMap(({ name }) => (name ? [name] : []));
  const close = nearMiss(target, names) ?? (names.length === 1 ? names[0] : undefined);
  const meant = close
    ? `; they declare \`${close}\``
    : names.length > 0
      ? `; they declare ${names.map((name) => `\`${name}\``).join(', ')}`
      : '; they declare no named port';
  const edited = recentEdit(snapshot, subject, (path) => path.startsWith('spec.ports'));
  const traffic = trafficTo(snapshot, subject, port.port);
  const containers = (pod.spec?.containers ?? []).map(({ name }) =>
    citePodSpec(snapshot, pod, `spec.containers[name=${name}].ports`),
  );
  return {
    code: 'service/target-port-undeclared',
    subject,
    category: 'target-port-wrong',
    role: 'cause',
    layer: 'state',
    strength: 0.95,
    statement: `${formatSubject(subject)} sends to target port \`${target}\`, a name that no container of ${formatSubject(workload)} declares${meant}`,
    evidence: [
      citeField(service, 'spec.ports'),
      ...containers.slice(0, 3),
      ...citeEndpoints(snapshot, service),
      ...traffic.failing,
      ...(edited ? [citeChange(edited)] : []),
    ],
    aliases: [workload],
    ...(edited ? { change: edited.id, since: edited.time } : {}),
    ruledOut: [
      {
        category: 'selector-mismatch',
        statement: `The selector of ${formatSubject(subject)} does match Pods, among them ${formatSubject(subjectOf(pod))}`,
        evidence: [citeField(service, 'spec.selector'), citeField(pod, 'metadata.labels')],
      },
    ],
    remediation: [
      edit(
        'patch-service-port',
        'R2',
        `Set the target port of ${formatSubject(subject)} to a port that ${formatSubject(workload)} declares${close ? `, probably ${close}` : ''}`,
        [`${total} Pods become its endpoints`],
      ),
    ],
  };
}
