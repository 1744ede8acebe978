import { compareText } from '@headwater/core/subject.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { indexLabels } from '../../topology/label-index.ts';
import { isLive } from '../../topology/pod-index.ts';
import { targetOf } from '../../topology/service-endpoints.ts';
import { declaresPort } from './listening-ports.ts';
import { perLists, perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isReady, type PodObject } from './pods.ts';
import type { ServiceObject } from './service-traffic.ts';

/**
 * Services with a selector of which anything is left to ask: all but those that take Pods of one workload, one of them Ready
 * and with every target port declared, all of it TCP. Whoever looks for a Service that leads astray need not walk the
 * thousands that do not.
 */
export const unsettledServices = perSnapshot((snapshot): readonly ServiceObject[] => {
  const { objects } = snapshot;
  const found = objects.namespaces().flatMap((namespace) => {
    const { unsettled, mixed } = readNamespace(objects.list('Service', namespace), objects.list('Pod', namespace));
    return [...unsettled, ...mixed.flatMap(({ service, pods }) => (isOneWorkload(snapshot, pods) ? [] : [service]))];
  });
  return found.sort((left, right) => compareText(placeOf(left), placeOf(right)));
});

interface Reading {
  readonly unsettled: readonly ServiceObject[];
  /** Services that take Pods of several controllers, which may belong to one workload. */
  readonly mixed: readonly { readonly service: ServiceObject; readonly pods: readonly PodObject[] }[];
}

const readNamespace = perLists((services: readonly ServiceObject[], pods: readonly PodObject[]): Reading => {
  const live = indexLabels(pods.filter(isLive), ({ metadata }) => ({ namespace: '', labels: metadata.labels ?? {} }));
  const unsettled: ServiceObject[] = [];
  const mixed: Reading['mixed'][number][] = [];
  for (const service of services) {
    const { selector, type, clusterIP } = service.spec ?? {};
    if (type === 'ExternalName' || !selector || Object.keys(selector).length === 0) continue;
    const taken = live.match('', { matchLabels: selector });
    const pod = taken.find(isReady);
    if (!pod || !leadsTo(service, pod)) unsettled.push(service);
    else if (clusterIP !== 'None' && !isOneController(taken)) mixed.push({ service, pods: taken });
  }
  return { unsettled, mixed };
});

// The order of lists of objects.
function placeOf({ metadata }: ServiceObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function isOneController([first, ...others]: readonly PodObject[]): boolean {
  const owner = first && controllerOf(first);
  return others.every((pod) => owner !== undefined && controllerOf(pod) === owner);
}

function controllerOf({ metadata }: PodObject): string | undefined {
  const owners = metadata.ownerReferences ?? [];
  return (owners.find(({ controller }) => controller) ?? owners[0])?.uid ?? undefined;
}

/** Whether a Pod declares every port a Service sends to, and both know no protocol but TCP. */
function leadsTo({ spec }: ServiceObject, pod: PodObject): boolean {
  return usesOnlyTcp(spec?.ports) && podUsesOnlyTcp(pod) && (spec?.ports ?? []).every(isDeclared);

  function isDeclared({ port, targetPort }: NonNullable<NonNullable<typeof spec>['ports']>[number]): boolean {
    const target = targetOf(targetPort, port ?? null);
    return typeof target === 'string' ? declaresName(pod, target) : target === null || declaresPort(pod, target);
  }
}

/** Whether a list of ports knows no protocol but TCP. */
export function usesOnlyTcp(ports: readonly { protocol?: string | null | undefined }[] | null | undefined): boolean {
  return (ports ?? []).every(({ protocol }) => (protocol ?? 'TCP') === 'TCP');
}

/** Whether the containers of a Pod declare no port of another protocol than TCP. */
export function podUsesOnlyTcp({ spec }: PodObject): boolean {
  return (spec?.containers ?? []).every(({ ports }) => usesOnlyTcp(ports));
}

function declaresName({ spec }: PodObject, name: string): boolean {
  return (spec?.containers ?? []).some(({ ports }) => (ports ?? []).some((port) => port.name === name));
}

function isOneWorkload({ topology }: Snapshot, pods: readonly PodObject[]): boolean {
  const [first, ...others] = pods.map((pod) => topology.component(subjectOf(pod)));
  return others.every((component) => component === first);
}
