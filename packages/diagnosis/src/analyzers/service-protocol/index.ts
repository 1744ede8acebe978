import { formatSubject } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type EndpointPort, expectedEndpoints } from '../../topology/service-endpoints.ts';
import { type PortHint, portHints } from '../_shared/listening-ports.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { citeEndpoints, type ServiceObject, trafficTo } from '../_shared/service-traffic.ts';
import { podUsesOnlyTcp, unsettledServices, usesOnlyTcp } from '../_shared/unsettled-services.ts';

/** Services that offer a port under a protocol its containers do not speak there. */
export const analyzer: Analyzer = {
  name: 'service-protocol',
  codes: {
    'service/protocol-mismatch':
      'A Service forwards a port as UDP or SCTP (or TCP) while its containers serve that port under another protocol.',
  },
  reads: ['Service', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'logs', 'metrics'],
  analyze(snapshot) {
    return unsettledServices(snapshot).flatMap((service) => {
      const endpoints = expectedEndpoints(snapshot.topology.pods, service);
      const { kind, pods } = endpoints;
      const pod = pods.find(isReady) ?? pods[0];
      // Where all is TCP, as nearly everywhere, nothing can differ.
      if (kind !== 'selected' || !pod || (usesOnlyTcp(service.spec?.ports) && podUsesOnlyTcp(pod))) return [];
      const wrong = endpoints.ports.flatMap((port) => mismatch(snapshot, { service, pod, port }))[0];
      return wrong ? [report(snapshot, { service, pod, ...wrong })] : [];
    });
  },
};

interface Mismatch {
  readonly port: EndpointPort;
  readonly hint: PortHint;
  readonly proven: boolean;
}

function mismatch(
  snapshot: Snapshot,
  { service, pod, port }: { service: ServiceObject; pod: PodObject; port: EndpointPort },
): Mismatch[] {
  const { protocol, target } = port;
  // DNS and the like offer one port under both.
  if ((service.spec?.ports ?? []).some((other) => other.port === port.port && (other.protocol ?? 'TCP') !== protocol))
    return [];
  const number = typeof target === 'string' ? declaredNumber(pod, target) : target;
  const spoken = (pod.spec?.containers ?? [])
    .flatMap(({ ports }) => ports ?? [])
    .filter(({ containerPort }) => containerPort === number);
  if (spoken.length === 0 || spoken.some((declared) => (declared.protocol ?? 'TCP') === protocol)) return [];
  const hints = portHints(snapshot, pod).filter((hint) => hint.port === number);
  const other = hints.find(({ source }) => source === 'declared');
  if (!other) return [];
  if (trafficTo(snapshot, subjectOf(service), port.port).working.length > 0) return [];
  const proof =
    other.protocol === 'TCP' ? hints.find(({ source }) => source === 'probe' || source === 'log') : undefined;
  return [{ port, hint: other, proven: proof !== undefined }];
}

function declaredNumber(pod: PodObject, name: string): number | null {
  const ports = (pod.spec?.containers ?? []).flatMap(({ ports: list }) => list ?? []);
  return ports.find((port) => port.name === name)?.containerPort ?? null;
}

function report(
  snapshot: Snapshot,
  { service, pod, port, hint, proven }: Mismatch & { service: ServiceObject; pod: PodObject },
): Finding {
  const subject = subjectOf(service);
  const workload = snapshot.topology.component(subjectOf(pod));
  const edited = recentEdit(snapshot, subject, (path) => path.startsWith('spec.ports'));
  const { failing } = trafficTo(snapshot, subject, port.port);
  const effect = typeof port.target === 'string' ? ', so the name resolves to nothing and there are no endpoints' : '';
  const named = typeof port.target === 'string' ? ` as \`${port.target}\`` : '';
  return {
    code: 'service/protocol-mismatch',
    subject,
    category: 'service-protocol-wrong',
    role: 'cause',
    layer: 'state',
    strength: failing.length > 0 || proven || edited ? 0.95 : 0.75,
    statement: `${formatSubject(subject)} forwards port ${port.port} as ${port.protocol}, but container \`${hint.container}\` of ${formatSubject(workload)} serves ${hint.port}${named} as ${hint.protocol}${effect}`,
    evidence: [
      citeField(service, 'spec.ports'),
      hint.cite(),
      ...failing,
      ...citeEndpoints(snapshot, service),
      ...(edited ? [citeChange(edited)] : []),
    ],
    aliases: [workload],
    ...(edited ? { change: edited.id, since: edited.time } : {}),
    ruledOut: [
      {
        category: 'target-port-wrong',
        statement: `The port number is right: container \`${hint.container}\` declares ${hint.port}`,
        evidence: [hint.cite()],
      },
    ],
    remediation: [
      edit(
        'patch-service-port',
        'R2',
        `Set the protocol of port ${port.port} of ${formatSubject(subject)} to ${hint.protocol}`,
      ),
    ],
  };
}
