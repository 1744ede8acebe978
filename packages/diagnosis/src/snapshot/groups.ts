import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { compareText } from '@headwater/core/subject.ts';

/** The objects of a kind in a namespace, each once. */
export interface Group {
  objects: KubeObject[];
  /** Whether they are in the order of their names; brought into it when asked for in order. */
  ordered: boolean;
  /** Whether one of them may name an owner. */
  owned: boolean;
  /** Made when the first of them is asked for by name. */
  byName: Map<string, KubeObject> | null;
}

/** The groups of a kind by namespace. */
export type Namespaces = ReadonlyMap<string, Group>;

/**
 * Objects by kind and namespace, both in canonical order; of two of one identity the first stays. Sorting many short lists, where
 * they are not in order as they come, costs far less than sorting one of everything; and a look-up by three names needs no text.
 */
export function groupsOf(objects: readonly KubeObject[]): ReadonlyMap<string, Namespaces> {
  const namespaces = new Map<string, Map<string, Group>>();
  for (const object of objects) add(groupOf(namespaces, object), object);
  const kinds = new Map<string, Map<string, Group>>();
  for (const [namespace, groups] of byKey(namespaces))
    for (const [kind, group] of groups) entryOf(kinds, kind).set(namespace, group);
  return byKey(kinds);
}

/** The objects of a group in the order of their names. */
export function inOrder(group: Group): readonly KubeObject[] {
  if (!group.ordered) {
    const names = byNameIn(group);
    group.objects = [...names.keys()].sort().flatMap((name) => names.get(name) ?? []);
    group.ordered = true;
  }
  return group.objects;
}

/** The object of a name. */
export function named(group: Group, name: string): KubeObject | undefined {
  return byNameIn(group).get(name);
}

/** The objects of many groups, one group after the other. */
export function joined(groups: Iterable<Group>, read: (group: Group) => readonly KubeObject[]): KubeObject[] {
  const joint: KubeObject[] = [];
  for (const group of groups) for (const object of read(group)) joint.push(object);
  return joint;
}

function groupOf(namespaces: Map<string, Map<string, Group>>, { kind, metadata }: KubeObject): Group {
  const groups = entryOf(namespaces, metadata.namespace ?? '');
  let group = groups.get(kind);
  if (!group) groups.set(kind, (group = { objects: [], ordered: true, owned: false, byName: null }));
  return group;
}

function entryOf(outer: Map<string, Map<string, Group>>, key: string): Map<string, Group> {
  let inner = outer.get(key);
  if (!inner) outer.set(key, (inner = new Map<string, Group>()));
  return inner;
}

// The order is that of `kind/namespace/name` as one text, in which `a-b/` comes before `a/`.
function byKey<Value>(map: ReadonlyMap<string, Value>): Map<string, Value> {
  const entries = [...map].map(([key, value]) => ({ text: `${key}/`, key, value }));
  entries.sort((left, right) => compareText(left.text, right.text));
  return new Map(entries.map(({ key, value }) => [key, value]));
}

function add(group: Group, object: KubeObject): void {
  const { name, ownerReferences } = object.metadata;
  const last = group.objects.at(-1);
  if (group.ordered && last && last.metadata.name >= name) group.ordered = false;
  // As long as each name comes after the one before, none comes twice.
  if (!group.ordered) {
    const names = byNameIn(group);
    if (names.has(name)) return;
    names.set(name, object);
  }
  if (ownerReferences) group.owned = true;
  group.objects.push(object);
}

function byNameIn(group: Group): Map<string, KubeObject> {
  if (group.byName) return group.byName;
  const byName = new Map<string, KubeObject>();
  for (const object of group.objects) byName.set(object.metadata.name, object);
  group.byName = byName;
  return byName;
}
