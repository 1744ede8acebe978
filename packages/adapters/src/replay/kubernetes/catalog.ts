import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { ListedKind } from '@headwater/contracts/recording/coverage.ts';
import type { SourceState } from '@headwater/contracts/recording/manifest.ts';
import { isJsonObject, listOf, textOf } from '@headwater/core/json.ts';
import {
  guessPlural,
  joinApiVersion,
  resourceOfKind,
  RESOURCE_TYPES,
  splitApiVersion,
} from '@headwater/core/kube/resources.ts';
import { compareText } from '@headwater/core/subject.ts';
import type { RefusedKind } from '@headwater/engine/ports/recording.ts';

/** One resource of the served API. */
export interface ServedResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  /** False for kinds a CRD taught the cluster: their lists carry kinds, and strategic merge is refused. */
  readonly builtIn: boolean;
  /** Refusals the recorder met, by namespace; the empty text stands for all namespaces. */
  readonly refusals: ReadonlyMap<string, RefusedKind>;
}

export interface CatalogInput {
  readonly objects: readonly KubeObject[];
  readonly listed: readonly ListedKind[];
  readonly refused: readonly RefusedKind[];
  readonly state: SourceState;
}

export interface Catalog {
  /** In group and plural order. */
  readonly resources: readonly ServedResource[];
  /** The resource a path names. */
  find(group: string, version: string, plural: string): ServedResource | undefined;
  /** The resource an object belongs to. */
  of(apiVersion: string, kind: string): ServedResource | undefined;
  /** Serves one more resource from now on: somebody created the first object of its kind. */
  add(resource: ServedResource): void;
}

/**
 * The resources a recording can answer for: kinds it holds, listed or was refused. A kind nobody listed is not served at all: an
 * empty answer would claim that there are no such objects.
 */
export function buildCatalog({ objects, listed, refused, state }: CatalogInput): Catalog {
  const catalog = emptyCatalog();
  const definitions = new Map(objects.flatMap(definedKinds));
  const add = (apiVersion: string, kind: string, namespaced: boolean): void => {
    const resource = describe(apiVersion, kind, { namespaced, definitions, refused });
    const known = catalog.of(apiVersion, kind);
    if (!known || (resource.namespaced && !known.namespaced)) catalog.add(resource);
    // One store, two doors: whoever was shown Events could have listed them through either group.
    if (kind === 'Event' && apiVersion === 'v1') add('events.k8s.io/v1', 'Event', true);
  };
  for (const { apiVersion, kind, metadata } of objects) add(apiVersion, kind, Boolean(metadata.namespace));
  for (const { apiVersion, kind, namespaces, folder } of listed) {
    add(kind === 'Event' ? 'v1' : apiVersion, kind, namespaces.length > 0 || folder !== undefined);
  }
  for (const { apiVersion, kind, namespace } of refused) add(apiVersion, kind, namespace !== undefined);
  if (state === 'forbidden' || state === 'unreachable') {
    for (const type of RESOURCE_TYPES) add(joinApiVersion(type), type.kind, type.namespaced);
  }
  return catalog;
}

function emptyCatalog(): Catalog {
  const byPath = new Map<string, ServedResource>();
  const byKind = new Map<string, ServedResource>();
  return {
    get resources() {
      return [...byPath.values()].sort(
        (left, right) => compareText(left.group, right.group) || compareText(left.plural, right.plural),
      );
    },
    find: (group, version, plural) => byPath.get(`${group}/${version}/${plural}`),
    of: (apiVersion, kind) => byKind.get(`${apiVersion} ${kind}`),
    add: (resource) => {
      byPath.set(`${resource.group}/${resource.version}/${resource.plural}`, resource);
      byKind.set(`${joinApiVersion(resource)} ${resource.kind}`, resource);
    },
  };
}

/** A built-in resource that nothing was recorded of, for whoever creates the first object; undefined when there is none. */
export function builtInResource(group: string, version: string, plural: string): ServedResource | undefined {
  const type = RESOURCE_TYPES.find((one) => one.group === group && one.version === version && one.plural === plural);
  return type && { ...type, builtIn: true, refusals: new Map() };
}

/** The resources a CustomResourceDefinition teaches. */
export function customResources(definition: KubeObject): ServedResource[] {
  const spec = definition['spec'];
  const versions = isJsonObject(spec) ? listOf(spec['versions']).filter(isJsonObject) : [];
  return definedKinds(definition).flatMap(([, names]) =>
    versions
      .filter((version) => version['served'] !== false)
      .map((version) => ({ ...names, version: textOf(version['name']), builtIn: false, refusals: new Map() })),
  );
}

/** A resource's name with its group, as messages spell it: `pods`, `deployments.apps`. */
export function resourceName({ group, plural }: Pick<ServedResource, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

type Names = Pick<ServedResource, 'group' | 'kind' | 'plural' | 'shortNames' | 'namespaced'>;

interface Describing {
  readonly namespaced: boolean;
  readonly definitions: ReadonlyMap<string, Names>;
  readonly refused: readonly RefusedKind[];
}

function describe(apiVersion: string, kind: string, { namespaced, definitions, refused }: Describing): ServedResource {
  const { group, version } = splitApiVersion(apiVersion);
  const type = resourceOfKind(apiVersion, kind);
  const defined = definitions.get(`${group}/${kind}`);
  const names = type ?? defined ?? { group, kind, plural: guessPlural(kind), shortNames: [], namespaced };
  const own = refused.filter((one) => one.kind === kind && splitApiVersion(one.apiVersion).group === group);
  const refusals = new Map(own.map((one) => [one.namespace ?? '', one]));
  return { ...names, version, builtIn: type !== undefined, refusals };
}

function definedKinds(object: KubeObject): (readonly [string, Names])[] {
  const spec = object.kind === 'CustomResourceDefinition' ? object['spec'] : undefined;
  const names = isJsonObject(spec) ? spec['names'] : undefined;
  if (!isJsonObject(spec) || !isJsonObject(names) || textOf(names['plural']) === '') return [];
  const [group, kind] = [textOf(spec['group']), textOf(names['kind'])];
  const namespaced = spec['scope'] !== 'Cluster';
  const shortNames = listOf(names['shortNames']).map(textOf);
  return [[`${group}/${kind}`, { group, kind, plural: textOf(names['plural']), shortNames, namespaced }]];
}
