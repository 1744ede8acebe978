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

/** The objects of a kind in a namespace. */
interface Group {
  /** In the order of their names, each once. */
  objects: KubeObject[];
  /** Made when the first of them is asked for by name: of Events, which are many, hardly one is. */
  byName: ReadonlyMap<string, KubeObject> | null;
}

type Namespaces = ReadonlyMap<string, Group>;

/** Builds the index; a second object of the same identity replaces nothing, the first in canonical order stays. */
export function indexObjects(objects: readonly KubeObject[], coverage: readonly KindCoverage[]): ObjectIndex {
  const byKind = groupsOf(objects);
  const lists = new Map<string, readonly KubeObject[]>();
  const known = knownKinds(byKind, coverage);
  const named = once(() =>
    [...new Set([...byKind.values()].flatMap((groups) => [...groups.keys()]))].filter(Boolean).sort(),
  );
  const within = (kind: string, namespace: string): readonly KubeObject[] =>
    byKind.get(kind)?.get(namespace)?.objects ?? [];
  const list = (kind: string, namespace?: string | null): readonly KubeObject[] => {
    const groups = byKind.get(kind);
    if (!groups) return [];
    if (namespace) return within(kind, namespace);
    let found = lists.get(kind);
    if (!found) lists.set(kind, (found = joined(groups)));
    return found;
  };
  const all = once(() => [...byKind.keys()].flatMap((kind) => list(kind)));
  const byUid = once(
    () => new Map(all().flatMap((object) => (object.metadata.uid ? [[object.metadata.uid, object]] : []))),
  );
  const knows = (kind: string, namespace?: string | null): boolean =>
    known.has(kind) || (namespace ? known.has(`${kind}/${namespace}`) : false);
  const get = (kind: string, namespace: string | null | undefined, name: string): KubeObject | undefined => {
    const group = byKind.get(kind)?.get(namespace ?? '');
    if (!group) return undefined;
    return (group.byName ??= byNameOf(group.objects)).get(name);
  };
  const index = {
    get count() {
      return all().length;
    },
    get all() {
      return all();
    },
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

// Sorting many short lists, where they are not in order as they come, costs far less than sorting one of everything; and a look-up
// by three names needs no text made for it.
function groupsOf(objects: readonly KubeObject[]): ReadonlyMap<string, Namespaces> {
  const namespaces = new Map<string, Map<string, Group>>();
  const disordered = new Set<Group>();
  for (const object of objects) {
    const group = groupOf(namespaces, object);
    const last = group.objects.at(-1);
    if (last && last.metadata.name >= object.metadata.name) disordered.add(group);
    group.objects.push(object);
  }
  for (const group of disordered) sort(group);
  const kinds = new Map<string, Map<string, Group>>();
  for (const [namespace, groups] of inOrder(namespaces))
    for (const [kind, group] of groups) entryOf(kinds, kind).set(namespace, group);
  return inOrder(kinds);
}

function groupOf(namespaces: Map<string, Map<string, Group>>, { kind, metadata }: KubeObject): Group {
  const groups = entryOf(namespaces, metadata.namespace ?? '');
  let group = groups.get(kind);
  if (!group) groups.set(kind, (group = { objects: [], byName: null }));
  return group;
}

function entryOf(outer: Map<string, Map<string, Group>>, key: string): Map<string, Group> {
  let inner = outer.get(key);
  if (!inner) outer.set(key, (inner = new Map<string, Group>()));
  return inner;
}

// The order is that of `kind/namespace/name` as one text, in which `a-b/` comes before `a/`.
function inOrder<Value>(map: ReadonlyMap<string, Value>): Map<string, Value> {
  const entries = [...map].map(([key, value]) => ({ text: `${key}/`, key, value }));
  entries.sort((left, right) => compareText(left.text, right.text));
  return new Map(entries.map(({ key, value }) => [key, value]));
}

function joined(groups: Namespaces): KubeObject[] {
  const joint: KubeObject[] = [];
  for (const { objects } of groups.values()) for (const object of objects) joint.push(object);
  return joint;
}

function sort(group: Group): void {
  const byName = byNameOf(group.objects);
  group.byName = byName;
  group.objects = [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}

function byNameOf(objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  const byName = new Map<string, KubeObject>();
  for (const object of objects) if (!byName.has(object.metadata.name)) byName.set(object.metadata.name, object);
  return byName;
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
