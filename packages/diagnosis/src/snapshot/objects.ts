import type { KnownKind, KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { matchesSelector, type LabelSelector } from '@headwater/core/kube/selector.ts';
import { compareText, type Subject } from '@headwater/core/subject.ts';
import type { KindCoverage } from './input.ts';
import { once } from './once.ts';

export type TypedObject<K extends string> = K extends KnownKind ? ObjectOf<K> : KubeObject;

/** The objects of one cluster at one moment, indexed; every list is in namespace and name order. */
export interface ObjectIndex {
  readonly count: number;
  readonly all: readonly KubeObject[];
  /** Objects of a kind, of one namespace when given. */
  list<K extends string>(kind: K, namespace?: string): readonly TypedObject<K>[];
  /** Objects of a kind in one namespace; those of none under the empty name. */
  within<K extends string>(kind: K, namespace: string): readonly TypedObject<K>[];
  get<K extends string>(kind: K, namespace: string | null | undefined, name: string): TypedObject<K> | undefined;
  find(subject: Subject): KubeObject | undefined;
  byUid(uid: string): KubeObject | undefined;
  /** Objects of a kind in a namespace whose labels match. */
  select<K extends string>(kind: K, namespace: string, selector: LabelSelector): readonly TypedObject<K>[];
  /** Whether the kind was listed there, so that absence means something. */
  knows(kind: string, namespace?: string | null): boolean;
  /** `absent` only when the kind was listed; `unknown` when it was not. */
  existence(kind: string, namespace: string | null | undefined, name: string): 'present' | 'absent' | 'unknown';
  /** Names of a kind in a namespace, for near misses. */
  names(kind: string, namespace?: string | null): readonly string[];
  kinds(): readonly string[];
  namespaces(): readonly string[];
}

/** The reference to an object; findings carry it instead of the object. */
export function subjectOf(object: KubeObject): Subject {
  const { apiVersion, kind, metadata } = object;
  const subject: { -readonly [K in keyof Subject]: Subject[K] } = { apiVersion, kind, name: metadata.name };
  if (metadata.namespace) subject.namespace = metadata.namespace;
  if (metadata.uid) subject.uid = metadata.uid;
  return subject;
}

type Names = Map<string, KubeObject>;
type Namespaces = Map<string, Names>;

/** Builds the index; a second object of the same identity replaces nothing, the first in canonical order stays. */
export function indexObjects(objects: readonly KubeObject[], coverage: readonly KindCoverage[]): ObjectIndex {
  const byKind = sortedByKind(objects);
  const lists = new Map<string, readonly KubeObject[]>();
  const all: KubeObject[] = [];
  for (const [kind, namespaces] of byKind) {
    const list: KubeObject[] = [];
    for (const names of namespaces.values()) for (const object of names.values()) list.push(object);
    for (const object of list) all.push(object);
    lists.set(kind, list);
  }
  const inNamespace = new Map<Names, readonly KubeObject[]>();
  const known = knownKinds(byKind, coverage);
  const byUid = once(
    () => new Map(all.flatMap((object) => (object.metadata.uid ? [[object.metadata.uid, object]] : []))),
  );
  const named = once(() =>
    [...new Set([...byKind.values()].flatMap((names) => [...names.keys()]))].filter(Boolean).sort(),
  );
  const list = (kind: string, namespace?: string | null): readonly KubeObject[] =>
    namespace ? within(kind, namespace) : (lists.get(kind) ?? []);
  const within = (kind: string, namespace: string): readonly KubeObject[] => {
    const names = byKind.get(kind)?.get(namespace);
    if (!names) return [];
    const found = inNamespace.get(names) ?? [...names.values()];
    inNamespace.set(names, found);
    return found;
  };
  const knows = (kind: string, namespace?: string | null): boolean =>
    known.has(kind) || (namespace ? known.has(`${kind}/${namespace}`) : false);
  const get = (kind: string, namespace: string | null | undefined, name: string): KubeObject | undefined =>
    byKind
      .get(kind)
      ?.get(namespace ?? '')
      ?.get(name);
  const index = {
    count: all.length,
    all,
    list,
    within,
    get,
    find: ({ kind, namespace, name }: Subject) => get(kind, namespace, name),
    byUid: (uid: string) => byUid().get(uid),
    select: (kind: string, namespace: string, selector: LabelSelector) =>
      list(kind, namespace).filter((object) => matchesSelector(object.metadata.labels ?? {}, selector)),
    knows,
    existence: (kind: string, namespace: string | null | undefined, name: string) => {
      if (get(kind, namespace, name)) return 'present' as const;
      return knows(kind, namespace) ? ('absent' as const) : ('unknown' as const);
    },
    names: (kind: string, namespace?: string | null) => list(kind, namespace).map((object) => object.metadata.name),
    kinds: () => [...byKind.keys()],
    namespaces: named,
  };
  // The kind name decides the schema an object was parsed with, so the narrowing is true by construction.
  return index as unknown as ObjectIndex;
}

// Kind by kind, namespace by namespace: sorting many short lists costs far less than sorting one of everything, and a
// look-up by three names needs no text made for it.
function sortedByKind(objects: readonly KubeObject[]): ReadonlyMap<string, Namespaces> {
  const groups = new Map<string, Map<string, KubeObject[]>>();
  for (const object of objects) {
    const { kind, metadata } = object;
    let namespaces = groups.get(kind);
    if (!namespaces) groups.set(kind, (namespaces = new Map<string, KubeObject[]>()));
    const namespace = metadata.namespace ?? '';
    const group = namespaces.get(namespace);
    if (group) group.push(object);
    else namespaces.set(namespace, [object]);
  }
  return inOrder(groups, (namespaces) => inOrder(namespaces, (group) => firstByName(group)));
}

// The order is that of `kind/namespace/name` as one text, in which `a-b/` comes before `a/`.
function inOrder<Group, Sorted>(
  groups: ReadonlyMap<string, Group>,
  sort: (group: Group) => Sorted,
): Map<string, Sorted> {
  const keys = [...groups.keys()].sort((left, right) => compareText(`${left}/`, `${right}/`));
  const sorted = new Map<string, Sorted>();
  for (const key of keys) {
    const group = groups.get(key);
    if (group !== undefined) sorted.set(key, sort(group));
  }
  return sorted;
}

function firstByName(group: KubeObject[]): Names {
  if (group.length > 1) group.sort((left, right) => compareText(left.metadata.name, right.metadata.name));
  const names: Names = new Map();
  for (const object of group) if (!names.has(object.metadata.name)) names.set(object.metadata.name, object);
  return names;
}

function knownKinds(byKind: ReadonlyMap<string, Namespaces>, coverage: readonly KindCoverage[]): ReadonlySet<string> {
  const known = new Set<string>();
  for (const { kind, namespace, state } of coverage) {
    if (state === 'read') known.add(namespace ? `${kind}/${namespace}` : kind);
  }
  // A kind of which we hold an object in a namespace was evidently listed there.
  if (coverage.length === 0)
    for (const [kind, namespaces] of byKind)
      for (const namespace of namespaces.keys()) known.add(namespace === '' ? kind : `${kind}/${namespace}`);
  return known;
}
