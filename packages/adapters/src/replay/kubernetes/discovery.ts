import { joinApiVersion } from '@headwater/core/kube/resources.ts';
import type { Catalog, ServedResource } from './catalog.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const SCALABLE = new Set(['deployments', 'replicasets', 'statefulsets', 'replicationcontrollers']);

interface GroupVersion {
  readonly groupVersion: string;
  readonly version: string;
}

/** `/apis`: the groups with their versions. */
export function groupList(catalog: Catalog): unknown {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupNames(catalog).map((name) => groupOf(catalog, name)) };
}

/** `/apis/<group>`; undefined when nothing of it is served. */
export function apiGroup(catalog: Catalog, name: string): unknown {
  if (!groupNames(catalog).includes(name)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(catalog, name) };
}

/** `/api`: the versions of the core group. */
export function coreVersions(host: string): unknown {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: host }];
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
}

/** `/api/v1` and `/apis/<group>/<version>`; undefined when nothing of it is served. */
export function resourceList(catalog: Catalog, group: string, version: string): unknown {
  const own = catalog.resources.filter((resource) => resource.group === group && resource.version === version);
  const resources = [...own.flatMap(entriesOf), ...(group === REVIEWS ? reviewEntries() : [])];
  if (resources.length === 0 && group !== '') return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: joinApiVersion({ group, version }), resources };
}

// Access reviews are answered whatever was recorded.
const REVIEWS = 'authorization.k8s.io';

function reviewEntries(): unknown[] {
  return ['SelfSubjectAccessReview', 'SelfSubjectRulesReview'].map((kind) => ({
    name: `${kind.toLowerCase()}s`,
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
  }));
}

function groupNames(catalog: Catalog): string[] {
  const names = new Set([...catalog.resources.map(({ group }) => group), REVIEWS]);
  return [...names].filter((group) => group !== '').sort();
}

function groupOf(
  catalog: Catalog,
  name: string,
): { name: string; versions: GroupVersion[]; preferredVersion: GroupVersion | undefined } {
  const found = catalog.resources.filter(({ group }) => group === name).map(({ version }) => version);
  const versions = [...new Set(name === REVIEWS ? [...found, 'v1'] : found)].sort(byPriority).map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

/** Kubernetes' order of versions: v2, v1, v1beta2, v1alpha1. */
function byPriority(left: string, right: string): number {
  return priority(right) - priority(left) || (left < right ? -1 : 1);
}

function priority(version: string): number {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return -1;
  const stability = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
  return stability * 1e6 + Number(match[1]) * 1e3 + Number(match[3] ?? 0);
}

function entriesOf(resource: ServedResource): unknown[] {
  const { plural, kind, namespaced, shortNames, group } = resource;
  const main = {
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced,
    kind,
    verbs: VERBS,
    ...(shortNames.length > 0 ? { shortNames } : {}),
  };
  const entries: unknown[] = [
    main,
    { name: `${plural}/status`, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'] },
  ];
  if (group === '' && plural === 'pods') {
    entries.push({ name: 'pods/log', singularName: '', namespaced, kind, verbs: ['get'] });
    entries.push({
      name: 'pods/eviction',
      singularName: '',
      namespaced,
      group: 'policy',
      version: 'v1',
      kind: 'Eviction',
      verbs: ['create'],
    });
  }
  if (SCALABLE.has(plural)) {
    const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] };
    entries.push({ name: `${plural}/scale`, singularName: '', namespaced, ...scale });
  }
  return entries;
}
