import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { resolveHost } from '../dns-names.ts';
import type { EdgeContext } from './all.ts';

/** Service restricted by the VirtualServices and DestinationRules of its host; workload by the mesh policies that select it. */
export function addMeshEdges(context: EdgeContext): void {
  for (const route of context.snapshot.objects.list('VirtualService')) addVirtualService(context, route);
  for (const rule of context.snapshot.objects.list('DestinationRule')) {
    const from = serviceOf(context, rule.spec?.host, rule.metadata.namespace);
    const cite = () => [citeField(rule, 'spec.host')];
    if (from) context.add({ from, to: subjectOf(rule), relation: 'restricted-by', cite });
  }
  addPolicies(context);
}

function addVirtualService(context: EdgeContext, route: ObjectOf<'VirtualService'>): void {
  const { hosts, http, tcp, tls } = route.spec ?? {};
  const subject = subjectOf(route);
  for (const host of hosts ?? []) {
    const from = serviceOf(context, host, route.metadata.namespace);
    const cite = () => [citeField(route, 'spec.hosts')];
    if (from) context.add({ from, to: subject, relation: 'restricted-by', cite });
  }
  const targets = [...(http ?? []), ...(tcp ?? []), ...(tls ?? [])].flatMap(({ route: list }) => list ?? []);
  for (const { destination } of targets) {
    const to = serviceOf(context, destination?.host, route.metadata.namespace);
    if (to) context.add({ from: subject, to, relation: 'routes-to', cite: () => [citeField(route, 'spec')] });
  }
}

function serviceOf(
  { snapshot, components }: EdgeContext,
  host: string | null | undefined,
  namespace: string | null | undefined,
): Subject | null {
  const service = host ? resolveHost(snapshot, host, namespace ?? '') : null;
  return service && components.named('Service', service.namespace, service.name);
}

function addPolicies({ snapshot, templates, add }: EdgeContext): void {
  for (const kind of ['PeerAuthentication', 'AuthorizationPolicy'] as const) {
    for (const policy of snapshot.objects.list(kind)) {
      const matchLabels = policy.spec?.selector?.matchLabels ?? {};
      for (const { component } of templates.match(policy.metadata.namespace ?? '', { matchLabels })) {
        add({
          from: component,
          to: subjectOf(policy),
          relation: 'restricted-by',
          cite: () => [citeField(policy, 'spec')],
        });
      }
    }
  }
}
