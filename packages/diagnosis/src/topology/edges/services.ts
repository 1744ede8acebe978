import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { perObject } from '../../snapshot/per-object.ts';
import type { EdgeContext } from './all.ts';

/** Service selects workload: by its selector over Pods and templates, and by the Pods its endpoints name. */
export function addServiceEdges(context: EdgeContext, namespace: string): void {
  const { objects } = context.snapshot;
  for (const service of objects.within('Service', namespace)) addSelected(context, service);
  for (const kind of ['EndpointSlice', 'Endpoints'] as const) {
    for (const object of objects.within(kind, namespace))
      for (const backing of backingsOf(object)) addBacking(context, object, backing);
  }
}

/** Services whose endpoints were written by hand or by a mirror and name Pods of other namespaces. */
export function addForeignBacking(context: EdgeContext): void {
  const { objects } = context.snapshot;
  for (const kind of ['EndpointSlice', 'Endpoints'] as const) {
    for (const object of objects.list(kind))
      for (const backing of strangersOf(object)) addBacking(context, object, backing, isForeign);
  }
}

function addSelected({ pods, templates, components, add }: EdgeContext, service: ObjectOf<'Service'>): void {
  const matchLabels = service.spec?.selector ?? {};
  if (Object.keys(matchLabels).length === 0) return;
  const namespace = service.metadata.namespace ?? '';
  const from = subjectOf(service);
  const cite = () => [citeField(service, 'spec.selector')];
  for (const { component } of templates.match(namespace, { matchLabels }))
    add({ from, to: component, relation: 'selects', cite });
  // Labels put on Pods after their creation (a database's current primary) are in no template.
  for (const pod of pods.match(namespace, { matchLabels }))
    add({ from, to: components.ofObject(pod), relation: 'selects', cite });
}

type EndpointsObject = ObjectOf<'EndpointSlice'> | ObjectOf<'Endpoints'>;

interface Backing {
  /** Of the Service. */
  readonly name: string;
  readonly targetRef?:
    | { kind?: string | null | undefined; name?: string | null | undefined; namespace?: string | null | undefined }
    | null
    | undefined;
  readonly ip?: string | null | undefined;
}

function isEndpoints(object: EndpointsObject): object is ObjectOf<'Endpoints'> {
  return object.kind === 'Endpoints';
}

function* backingsOf(object: EndpointsObject): Iterable<Backing> {
  if (isEndpoints(object)) {
    for (const { addresses, notReadyAddresses } of object.subsets ?? []) {
      for (const { targetRef, ip } of [...(addresses ?? []), ...(notReadyAddresses ?? [])])
        yield { name: object.metadata.name, targetRef, ip };
    }
    return;
  }
  const name = object.metadata.labels?.['kubernetes.io/service-name'];
  if (!name) return;
  for (const { targetRef, addresses } of object.endpoints ?? []) yield { name, targetRef, ip: addresses?.[0] };
}

const NO_BACKING: readonly Backing[] = [];

// What the endpoint controller writes names Pods of its own namespace.
const strangersOf = perObject((object: EndpointsObject): readonly Backing[] => {
  const strangers = [...backingsOf(object)].filter(
    ({ targetRef }) =>
      targetRef?.kind !== 'Pod' || (targetRef.namespace ?? object.metadata.namespace) !== object.metadata.namespace,
  );
  return strangers.length === 0 ? NO_BACKING : strangers;
});

function isForeign(object: EndpointsObject, to: Subject): boolean {
  return to.namespace !== object.metadata.namespace;
}

function addBacking(
  { pods, components, add }: EdgeContext,
  object: EndpointsObject,
  { name, targetRef, ip }: Backing,
  isWanted: (object: EndpointsObject, to: Subject) => boolean = () => true,
): void {
  const namespace = object.metadata.namespace ?? '';
  const to = targetOf();
  if (!to || !isWanted(object, to)) return;
  const path = object.kind === 'Endpoints' ? 'subsets' : 'endpoints';
  add({
    from: components.named('Service', namespace, name),
    to,
    relation: 'selects',
    cite: () => [citeField(object, path)],
  });

  function targetOf(): Subject | null {
    if (targetRef?.kind === 'Pod' && targetRef.name)
      return components.named('Pod', targetRef.namespace ?? namespace, targetRef.name);
    const pod = ip ? pods.byIp(ip) : undefined;
    return pod ? components.ofObject(pod) : null;
  }
}
