import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { controllerWorkloads } from '../ingress-controllers.ts';
import type { EdgeContext } from './all.ts';

/** Ingress, HTTPRoute and Gateway: what they route to, and the class, controller and TLS Secret they stand on. */
export function addRouteEdges(context: EdgeContext): void {
  const { snapshot } = context;
  for (const ingress of snapshot.objects.list('Ingress')) addIngress(context, ingress);
  for (const ingressClass of snapshot.objects.list('IngressClass')) addControllers(context, ingressClass);
  for (const route of snapshot.objects.list('HTTPRoute')) addHttpRoute(context, route);
  for (const gateway of snapshot.objects.list('Gateway')) addGateway(context, gateway);
}

function addIngress({ components, add }: EdgeContext, ingress: ObjectOf<'Ingress'>): void {
  const from = subjectOf(ingress);
  const { namespace } = ingress.metadata;
  const { defaultBackend, rules, tls, ingressClassName } = ingress.spec ?? {};
  const backends = [
    defaultBackend,
    ...(rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend)),
  ];
  for (const backend of backends) {
    const name = backend?.service?.name;
    if (!name) continue;
    const path = backend === defaultBackend ? 'spec.defaultBackend' : 'spec.rules';
    add({
      from,
      to: components.named('Service', namespace, name),
      relation: 'routes-to',
      cite: () => [citeField(ingress, path)],
    });
  }
  for (const { secretName } of tls ?? []) {
    if (secretName)
      add({
        from,
        to: components.named('Secret', namespace, secretName),
        relation: 'reads',
        cite: () => [citeField(ingress, 'spec.tls')],
      });
  }
  if (ingressClassName) {
    add({
      from,
      to: components.named('IngressClass', null, ingressClassName),
      relation: 'backed-by',
      cite: () => [citeField(ingress, 'spec.ingressClassName')],
    });
  }
}

function addControllers({ templates, add }: EdgeContext, ingressClass: ObjectOf<'IngressClass'>): void {
  for (const { component } of controllerWorkloads(templates, ingressClass.spec?.controller)) {
    add({
      from: subjectOf(ingressClass),
      to: component,
      relation: 'backed-by',
      cite: () => [citeField(ingressClass, 'spec.controller')],
    });
  }
}

function addHttpRoute({ components, add }: EdgeContext, route: ObjectOf<'HTTPRoute'>): void {
  const from = subjectOf(route);
  const { namespace } = route.metadata;
  for (const { backendRefs } of route.spec?.rules ?? []) {
    for (const { kind, name, namespace: other } of backendRefs ?? []) {
      if (!name || (kind ?? 'Service') !== 'Service') continue;
      add({
        from,
        to: components.named('Service', other ?? namespace, name),
        relation: 'routes-to',
        cite: () => [citeField(route, 'spec.rules')],
      });
    }
  }
  for (const { kind, name, namespace: other } of route.spec?.parentRefs ?? []) {
    if (!name || (kind ?? 'Gateway') !== 'Gateway') continue;
    add({
      from,
      to: components.named('Gateway', other ?? namespace, name),
      relation: 'backed-by',
      cite: () => [citeField(route, 'spec.parentRefs')],
    });
  }
}

function addGateway({ components, templates, add }: EdgeContext, gateway: ObjectOf<'Gateway'>): void {
  const from = subjectOf(gateway);
  const { namespace, name } = gateway.metadata;
  const { gatewayClassName, listeners } = gateway.spec ?? {};
  if (gatewayClassName) {
    add({
      from,
      to: components.named('GatewayClass', null, gatewayClassName),
      relation: 'backed-by',
      cite: () => [citeField(gateway, 'spec.gatewayClassName')],
    });
  }
  for (const { tls } of listeners ?? []) {
    for (const { kind, name: secret, namespace: other } of tls?.certificateRefs ?? []) {
      if (!secret || (kind ?? 'Secret') !== 'Secret') continue;
      add({
        from,
        to: components.named('Secret', other ?? namespace, secret),
        relation: 'reads',
        cite: () => [citeField(gateway, 'spec.listeners')],
      });
    }
  }
  const matchLabels = { 'gateway.networking.k8s.io/gateway-name': name };
  for (const { component, object } of templates.match(namespace ?? '', { matchLabels })) {
    add({ from, to: component, relation: 'backed-by', cite: () => [citeField(object, 'metadata.labels')] });
  }
}
