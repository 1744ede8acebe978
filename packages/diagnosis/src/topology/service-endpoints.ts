import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import { once } from '../snapshot/once.ts';
import { perObject } from '../snapshot/per-object.ts';
import type { PodIndex } from './pod-index.ts';

type ServiceObject = ObjectOf<'Service'>;
type PodObject = ObjectOf<'Pod'>;

/** One port of a Service and where it leads on the Pods behind it. */
export interface EndpointPort {
  readonly name: string | null;
  readonly port: number | null;
  readonly protocol: string;
  /** As written; the Service's own port when the Service names none. */
  readonly target: number | string | null;
  /** Pod ports it leads to, each once, ascending; empty when a named port is declared nowhere with that protocol. */
  readonly resolved: readonly number[];
  /** Pods that declare no such named port. */
  readonly unresolved: readonly PodObject[];
}

/** The endpoints a Service should have. */
export interface ServiceEndpoints {
  /** `manual`: no selector, endpoints are made by somebody else. `external`: a DNS alias. */
  readonly kind: 'selected' | 'manual' | 'external';
  /** Live Pods the selector matches. */
  readonly pods: readonly PodObject[];
  /** Those that receive traffic: Ready, or all with `publishNotReadyAddresses`. */
  readonly ready: readonly PodObject[];
  readonly ports: readonly EndpointPort[];
}

const evaluated = perObject((_pods: PodIndex) => new Map<ServiceObject, ServiceEndpoints>());

/** Evaluates selector, readiness and target ports the way the endpoint controller does. */
export function expectedEndpoints(pods: PodIndex, service: ServiceObject): ServiceEndpoints {
  const known = evaluated(pods);
  const found = known.get(service) ?? evaluate(pods, service);
  known.set(service, found);
  return found;
}

function evaluate(pods: PodIndex, service: ServiceObject): ServiceEndpoints {
  const { selector, type, publishNotReadyAddresses } = service.spec ?? {};
  const matchLabels = selector ?? {};
  if (type === 'ExternalName') return { kind: 'external', pods: [], ready: [], ports: [] };
  if (Object.keys(matchLabels).length === 0) return { kind: 'manual', pods: [], ready: [], ports: [] };
  const matched = pods.match(service.metadata.namespace ?? '', { matchLabels });
  const ready = publishNotReadyAddresses ? matched : matched.filter(isReady);
  const ports = once(() => servicePorts(service, matched));
  return {
    kind: 'selected',
    pods: matched,
    ready,
    get ports() {
      return ports();
    },
  };
}

/** The ports of a Service resolved on the given Pods. */
export function servicePorts(service: ServiceObject, pods: readonly PodObject[]): readonly EndpointPort[] {
  return (service.spec?.ports ?? []).map((entry) => {
    const protocol = entry.protocol ?? 'TCP';
    const port = entry.port ?? null;
    const target = targetOf(entry.targetPort, port);
    const base = { name: entry.name ?? null, port, protocol, target };
    if (typeof target !== 'string') return { ...base, resolved: target === null ? [] : [target], unresolved: [] };
    const found = pods.map((pod) => ({ pod, number: namedPort(pod.spec, target, protocol) }));
    const resolved = new Set(found.flatMap(({ number }) => (number === null ? [] : [number])));
    return {
      ...base,
      resolved: [...resolved].sort((left, right) => left - right),
      unresolved: found.flatMap(({ pod, number }) => (number === null ? [pod] : [])),
    };
  });
}

/** The number a port name stands for in a pod specification, for one protocol; null when no container declares it. */
export function namedPort(spec: PodSpec | null | undefined, name: string, protocol: string): number | null {
  // Since native sidecars, init containers that keep running publish their ports too.
  const containers = [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ];
  for (const { ports } of containers) {
    const match = (ports ?? []).find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol);
    if (match?.containerPort) return match.containerPort;
  }
  return null;
}

/** Where a Service port leads, as written; the port itself when it names no target. */
export function targetOf(target: number | string | null | undefined, port: number | null): number | string | null {
  // The API server defaults an absent target to the port itself; 0 and "" are how some tools write absence.
  if (target === null || target === undefined || target === 0 || target === '') return port;
  return typeof target === 'string' && /^\d+$/.test(target) ? Number(target) : target;
}

function isReady(pod: PodObject): boolean {
  return (pod.status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');
}
