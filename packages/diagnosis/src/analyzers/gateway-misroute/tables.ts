import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { compareText, type Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { citeLines } from '../../evidence/cite-lines.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { configReferences } from '../../topology/edges/config.ts';
import { looksLikeRoutes, readRoutes, type Route } from './route-table.ts';
import { perObject } from '../../snapshot/per-object.ts';

type ConfigMapObject = ObjectOf<'ConfigMap'>;

/** The routes one object holds. */
export interface RouteTable {
  readonly object: KubeObject;
  readonly routes: readonly Route[];
  /** The gateways that read it; empty for a routing object, which its controller reads. */
  readonly readers: readonly Subject[];
  /** Whether missing hosts are this analyzer's to report; routing objects have analyzers of their own for that. */
  readonly judgesHosts: boolean;
  readonly cite: (route: Route) => Evidence;
  readonly isRouting: (path: string) => boolean;
}

/** Every route table: ConfigMaps that workloads read, and the rules of Ingresses and HTTPRoutes. */
export function routeTables(snapshot: Snapshot): readonly RouteTable[] {
  return [
    ...configTables(snapshot),
    ...snapshot.objects.list('Ingress').map(ingressTable),
    ...snapshot.objects.list('HTTPRoute').map(httpTable),
  ];
}

function configTables(snapshot: Snapshot): readonly RouteTable[] {
  const configs = snapshot.objects.list('ConfigMap').filter((config) => routeKeysOf(config).length > 0);
  const readers = readersOf(snapshot, configs);
  for (const config of configs) {
    const reader = readers.has(config) ? null : namesake(snapshot, config);
    if (reader) readers.set(config, new Set([reader]));
  }
  return [...readers].flatMap(([config, workloads]) =>
    routeKeysOf(config).map(
      (key): RouteTable => ({
        object: config,
        routes: readRoutes(config.data?.[key] ?? ''),
        readers: [...workloads],
        judgesHosts: true,
        cite: ({ from, to }) => citeLines(config, `data['${key}']`, { from, to: Math.min(to, from + 15) }),
        isRouting: (path) => path.startsWith('data'),
      }),
    ),
  );
}

// The keys of a ConfigMap that may hold a route table, in order.
const routeKeysOf = perObject(({ data }: ConfigMapObject): readonly string[] =>
  Object.entries(data ?? {})
    .flatMap(([key, text]) => (looksLikeRoutes(text) ? [key] : []))
    .sort(compareText),
);

/** The workloads whose templates name one of some ConfigMaps. */
function readersOf(snapshot: Snapshot, configs: readonly ConfigMapObject[]): Map<ConfigMapObject, Set<Subject>> {
  const readers = new Map<ConfigMapObject, Set<Subject>>();
  const wanted = new Set(configs);
  const namespaces = new Set(configs.map(({ metadata }) => metadata.namespace ?? ''));
  for (const view of snapshot.topology.templates.list()) {
    if (!namespaces.has(view.namespace)) continue;
    for (const { kind, name } of configReferences(view)) {
      const config = kind === 'ConfigMap' ? snapshot.objects.get('ConfigMap', view.namespace, name) : undefined;
      if (config && wanted.has(config)) readers.set(config, (readers.get(config) ?? new Set()).add(view.component));
    }
  }
  return readers;
}

/** Frameworks that read the API fetch the ConfigMap called after their application, which no template refers to. */
function namesake(snapshot: Snapshot, { metadata }: ConfigMapObject): Subject | null {
  const named = snapshot.topology.templates
    .list()
    .filter(
      ({ namespace, component }) =>
        namespace === metadata.namespace &&
        (metadata.name === component.name || metadata.name.startsWith(`${component.name}-`)),
    )
    .map(({ component }) => component)
    .sort((left, right) => right.name.length - left.name.length || compareText(left.name, right.name));
  return named[0] ?? null;
}

function ingressTable(ingress: ObjectOf<'Ingress'>): RouteTable {
  const routes = (ingress.spec?.rules ?? []).flatMap(({ http }) =>
    (http?.paths ?? []).flatMap(({ path, backend }) =>
      path && backend?.service?.name ? [rule(backend.service.name, [path])] : [],
    ),
  );
  return {
    object: ingress,
    routes,
    readers: [],
    judgesHosts: false,
    cite: () => citeField(ingress, 'spec.rules'),
    isRouting: (path) => path.startsWith('spec.rules'),
  };
}

function httpTable(route: ObjectOf<'HTTPRoute'>): RouteTable {
  const routes = (route.spec?.rules ?? []).flatMap(({ matches, backendRefs }) => {
    const paths = (matches ?? []).flatMap(({ path }) => (path?.value ? [path.value] : []));
    const names = new Set((backendRefs ?? []).flatMap(({ name, weight }) => (name && weight !== 0 ? [name] : [])));
    const [only] = names;
    // Requests shared between several backends are a rollout, not a mistake.
    return only !== undefined && names.size === 1 && paths.length > 0 ? [rule(only, paths)] : [];
  });
  return {
    object: route,
    routes,
    readers: [],
    judgesHosts: false,
    cite: () => citeField(route, 'spec.rules'),
    isRouting: (path) => path.startsWith('spec.rules'),
  };
}

function rule(host: string, paths: readonly string[]): Route {
  return { id: null, host, port: null, paths, from: 0, to: 0 };
}

/** The subject of the object that holds a table. */
export function holderOf({ object }: RouteTable): Subject {
  return subjectOf(object);
}
