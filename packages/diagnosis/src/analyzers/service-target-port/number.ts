import { formatSubject } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { EndpointPort, ServiceEndpoints } from '../../topology/service-endpoints.ts';
import { declaresPort, type PortHint, portHints } from '../_shared/listening-ports.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { citeEndpoints, type ServiceObject, type ServiceTraffic, trafficTo } from '../_shared/service-traffic.ts';

interface Closed {
  readonly port: EndpointPort;
  readonly target: number;
  readonly traffic: ServiceTraffic;
  readonly refused: boolean;
}

/**
 * Numeric target ports that nothing listens on. Declared ports are only hints, so a mismatch needs a second sign: callers
 * that are refused, a probe or log that shows the real port while nothing else fits, or an edit of the ports.
 */
export function judgeNumber(snapshot: Snapshot, service: ServiceObject, { pods, ports }: ServiceEndpoints): Finding[] {
  const pod = pods.find(isReady);
  if (!pod) return [];
  const numeric = ports.filter(({ target, protocol }) => typeof target === 'number' && protocol === 'TCP');
  // Most Services end here, before any log is read.
  if (numeric.every(({ target }) => declaresPort(pod, Number(target)))) return [];
  const hints = portHints(snapshot, pod).filter(({ protocol }) => protocol === 'TCP');
  if (hints.length === 0) return [];
  const subject = subjectOf(service);
  const closed = numeric.flatMap((port): Closed[] => {
    const target = Number(port.target);
    if (hints.some((hint) => hint.port === target)) return [];
    const traffic = trafficTo(snapshot, subject, port.port);
    if (traffic.working.length > 0) return [];
    const refused =
      traffic.failing.length > 0 &&
      (traffic.modes.size === 0 || traffic.modes.has('refused') || traffic.modes.has('reset'));
    return [{ port, target, traffic, refused }];
  });
  const edited = recentEdit(snapshot, subject, (path) => path.startsWith('spec.ports'));
  const [first] = [...closed].sort((left, right) => Number(right.refused) - Number(left.refused));
  if (!first) return [];
  const strength = strengthOf({
    service,
    first,
    edited: edited !== undefined,
    all: closed.length === ports.length,
    hints,
  });
  return strength === null ? [] : [report(snapshot, { service, pod, first, hints, strength, edited })];
}

function strengthOf({
  service,
  first,
  edited,
  all,
  hints,
}: {
  service: ServiceObject;
  first: Closed;
  edited: boolean;
  all: boolean;
  hints: readonly PortHint[];
}): number | null {
  if (first.refused) return 0.95;
  if (edited) return 0.9;
  // Undeclared metrics ports beside a declared one are common, and clients of a headless Service choose the port themselves.
  if (!all || service.spec?.clusterIP === 'None') return null;
  return hints.some(({ source }) => source === 'log' || source === 'probe') ? 0.8 : 0.6;
}

interface Report {
  readonly service: ServiceObject;
  readonly pod: PodObject;
  readonly first: Closed;
  readonly hints: readonly PortHint[];
  readonly strength: number;
  readonly edited: ReturnType<typeof recentEdit>;
}

function report(snapshot: Snapshot, { service, pod, first, hints, strength, edited }: Report): Finding {
  const subject = subjectOf(service);
  const workload = snapshot.topology.component(subjectOf(pod));
  const open = [...new Set(hints.map(({ port }) => port))];
  const meant = open.find((port) => port === first.port.port) ?? (open.length === 1 ? open[0] : undefined);
  const shown = (meant === undefined ? open.slice(0, 4) : [meant])
    .map((port) => hints.find((hint) => hint.port === port))
    .filter((hint) => hint !== undefined);
  return {
    code: 'service/target-port-closed',
    subject,
    category: 'target-port-wrong',
    role: 'cause',
    layer: 'state',
    strength,
    statement: `${formatSubject(subject)} sends port ${first.port.port} to target port ${first.target}, on which no container of ${formatSubject(workload)} listens; ${shown.map(openPort).join(', ')}`,
    evidence: [
      citeField(service, 'spec.ports'),
      ...new Map(
        shown.map((hint) => hint.cite()).map((evidence) => [evidence.query + evidence.text, evidence]),
      ).values(),
      ...first.traffic.failing,
      ...citeEndpoints(snapshot, service),
      ...(edited ? [citeChange(edited)] : []),
    ],
    aliases: [workload],
    ...(edited ? { change: edited.id, since: edited.time } : {}),
    ruledOut: [
      {
        subject: workload,
        category: 'readiness-failing',
        statement: `${formatSubject(subjectOf(pod))} is Ready, so ${formatSubject(workload)} works and only the way to it is wrong`,
        evidence: [citeField(pod, 'status.conditions[type=Ready].status')],
      },
    ],
    remediation: [
      edit(
        'patch-service-port',
        'R2',
        `Set the target port of ${formatSubject(subject)} to ${meant ?? `a port ${formatSubject(workload)} listens on`}`,
      ),
    ],
  };
}

function openPort({ port, source, container }: PortHint): string {
  switch (source) {
    case 'log':
      return `container \`${container}\` says it listens on ${port}`;
    case 'probe':
      return `its probe of container \`${container}\` succeeds on ${port}`;
    case 'declared':
      return `container \`${container}\` declares ${port}`;
    default:
      return `container \`${container}\` is told to listen on ${port}`;
  }
}
