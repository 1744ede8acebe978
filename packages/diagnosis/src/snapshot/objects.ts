import type { KnownKind, KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { matchesSelector, type LabelSelector } from '@headwater/core/kube/selector.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { type Group, groupsOf, inOrder, joined, type Namespaces, named } from './groups.ts';
import type { KindCoverage } from './input.ts';
import { once, oncePer } from './once.ts';

export type TypedObject<K extends string> = K extends KnownKind ? ObjectOf<K> : KubeObject;

/** The objects of one cluster at one moment, indexed; every list is in namespace and name order. */
export interface ObjectIndex {
  readonly count: number;
  readonly all: readonly KubeObject[];
  /** The objects of every kind and namespace in which one names an owner. */
  owned(): readonly KubeObject[];
  /** As `list`, in no order within a namespace: for kinds of which there are very many. */
  unordered<K extends string>(kind: K): readonly TypedObject<K>[];
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

/** Builds the index; a second object of the same identity replaces nothing, the first in canonical order stays. */
export function indexObjects(objects: readonly KubeObject[], coverage: readonly KindCoverage[]): ObjectIndex {
  const byKind = groupsOf(objects);
  const groupsIn = (kind: string): Iterable<Group> => byKind.get(kind)?.values() ?? [];
  const known = knownKinds(byKind, coverage);
  const namespaces = once(() =>
    [...new Set([...byKind.values()].flatMap((groups) => [...groups.keys()]))].filter(Boolean).sort(),
  );
  const ofKind = oncePer((kind: string) => joined(groupsIn(kind), inOrder));
  const within = (kind: string, namespace: string): readonly KubeObject[] => {
    const group = byKind.get(kind)?.get(namespace);
    return group ? inOrder(group) : [];
  };
  const list = (kind: string, namespace?: string | null): readonly KubeObject[] =>
    namespace ? within(kind, namespace) : ofKind(kind);
  const all = once(() => [...byKind.keys()].flatMap(ofKind));
  const byUid = once(
    () => new Map(all().flatMap((object) => (object.metadata.uid ? [[object.metadata.uid, object]] : []))),
  );
  const knows = (kind: string, namespace?: string | null): boolean =>
    known.has(kind) || (namespace ? known.has(`${kind}/${namespace}`) : false);
  const get = (kind: string, namespace: string | null | undefined, name: string): KubeObject | undefined => {
    const group = byKind.get(kind)?.get(namespace ?? '');
    return group && named(group, name);
  };
  const index = {
    count: countOf(byKind),
    get all() {
      return all();
    },
    owned: () =>
      [...byKind.keys()].flatMap((kind) => joined(groupsIn(kind), (group) => (group.owned ? inOrder(group) : []))),
    unordered: (kind: string) => joined(groupsIn(kind), ({ objects: found }) => found),
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
    namespaces,
  };
  // The kind name decides the schema an object was parsed with, so the narrowing is true by construction.
  return index as unknown as ObjectIndex;
}

function countOf(byKind: ReadonlyMap<string, Namespaces>): number {
  let count = 0;
  for (const groups of byKind.values()) for (const { objects } of groups.values()) count += objects.length;
  return count;
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
