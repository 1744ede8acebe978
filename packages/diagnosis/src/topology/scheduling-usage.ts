import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Container, PodSpec, Quantities } from '@headwater/contracts/kube/pod.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { perObject } from '../snapshot/per-object.ts';
import { type ObjectIndex, subjectOf } from '../snapshot/objects.ts';

/** Amounts by resource name, in base units (cores, bytes, items). */
export type Amounts = ReadonlyMap<string, number>;

/** What the Pods placed on one Node claim of it. */
export interface NodeUsage {
  readonly requests: Amounts;
  readonly pods: number;
  /** `8080/TCP` to the Pod that holds the port. */
  readonly hostPorts: ReadonlyMap<string, Subject>;
}

/** The requests the scheduler counts for a pod spec: containers and sidecars together, or one init container if larger. */
export function podRequests(spec: PodSpec | null | undefined): Amounts {
  return spec ? requestsOf(spec) : NOTHING;
}

const NOTHING: Amounts = new Map();

const requestsOf = perObject((spec: PodSpec): Amounts => {
  const running = new Map<string, number>();
  for (const container of spec.containers ?? []) add(running, containerRequests(container));
  const sidecars = new Map<string, number>();
  const peak = new Map<string, number>();
  for (const container of spec.initContainers ?? []) {
    const own = containerRequests(container);
    if (container.restartPolicy === 'Always') {
      add(sidecars, own);
      raise(peak, sidecars);
    } else {
      const moment = new Map(sidecars);
      add(moment, own);
      raise(peak, moment);
    }
  }
  add(running, sidecars);
  raise(running, peak);
  add(running, amountsOf(spec['overhead'] as Quantities));
  return running;
});

/** The requests of one container; a limit without a request counts as the request, as the API server defaults it. */
export function containerRequests(container: Container): Amounts {
  const amounts = new Map(amountsOf(container.resources?.limits));
  for (const [name, amount] of amountsOf(container.resources?.requests)) amounts.set(name, amount);
  return amounts;
}

/** Quantities as numbers; malformed ones are left out. */
export function amountsOf(quantities: Quantities): Amounts {
  const amounts = new Map<string, number>();
  for (const [name, quantity] of Object.entries(quantities ?? {})) {
    const amount = parseQuantity(quantity);
    if (amount !== null) amounts.set(name, amount);
  }
  return amounts;
}

/** The host ports a pod spec asks for, as `port/PROTOCOL`. */
export function hostPortsOf(spec: PodSpec | null | undefined): readonly string[] {
  const ports: string[] = [];
  for (const container of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]) {
    for (const { hostPort, containerPort, protocol } of container.ports ?? []) {
      const port = hostPort ?? (spec?.hostNetwork ? containerPort : null);
      if (port) ports.push(`${port}/${protocol ?? 'TCP'}`);
    }
  }
  return ports;
}

/** Whether a Pod still occupies its Node: bound and not finished. */
export function isPlaced(pod: ObjectOf<'Pod'>): boolean {
  const phase = pod.status?.phase;
  return Boolean(pod.spec?.nodeName) && phase !== 'Succeeded' && phase !== 'Failed';
}

/** The usage of every Node by name, in one pass over the Pods. */
export function usageByNode(objects: ObjectIndex): ReadonlyMap<string, NodeUsage> {
  const nodes = new Map<string, { requests: Map<string, number>; pods: number; hostPorts: Map<string, Subject> }>();
  for (const pod of objects.list('Pod')) {
    const name = pod.spec?.nodeName;
    if (!name || !isPlaced(pod)) continue;
    const usage = nodes.get(name) ?? {
      requests: new Map<string, number>(),
      pods: 0,
      hostPorts: new Map<string, Subject>(),
    };
    nodes.set(name, usage);
    usage.pods += 1;
    add(usage.requests, podRequests(pod.spec));
    for (const port of hostPortsOf(pod.spec)) usage.hostPorts.set(port, subjectOf(pod));
  }
  return nodes;
}

function add(total: Map<string, number>, amounts: Amounts): void {
  for (const [name, amount] of amounts) total.set(name, (total.get(name) ?? 0) + amount);
}

function raise(total: Map<string, number>, amounts: Amounts): void {
  for (const [name, amount] of amounts) total.set(name, Math.max(total.get(name) ?? 0, amount));
}
