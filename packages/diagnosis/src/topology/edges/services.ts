import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { EdgeContext } from './all.ts';

/** Service selects workload: by its selector over Pods and templates, and by the Pods its endpoints name. */
export function addServiceEdges(context: EdgeContext): void {
  for (const service of context.snapshot.objects.list('Service')) addSelected(context, service);
  for (const slice of context.snapshot.objects.list('EndpointSlice')) {
    const name = slice.metadata.labels?.['kubernetes.io/service-name'];
    if (!name) continue;
    for (const { targetRef, addresses } of slice.endpoints ?? [])
      addBacking(context, slice, { name, targetRef, ip: addresses?.[0] });
  }
  for (const endpoints of context.snapshot.objects.list('Endpoints')) {
    for (const { addresses, notReadyAddresses } of endpoints.subsets ?? []) {
      for (const { targetRef, ip } of [...(addresses ?? []), ...(notReadyAddresses ?? [])]) {
        addBacking(context, endpoints, { name: endpoints.metadata.name, targetRef, ip });
      }
    }
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

interface Backing {
  readonly name: string;
  readonly targetRef?:
    | { kind?: string | null | undefined; name?: string | null | undefined; namespace?: string | null | undefined }
    | null
    | undefined;
  readonly ip?: string | null | undefined;
}

function addBacking(
  { pods, components, add }: EdgeContext,
  object: ObjectOf<'EndpointSlice'> | ObjectOf<'Endpoints'>,
  { name, targetRef, ip }: Backing,
): void {
  const namespace = object.metadata.namespace ?? '';
  const to = targetOf();
  if (!to) return;
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
