import type { KnownKind, KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { matchesSelector, type LabelSelector } from '@headwater/core/kube/selector.ts';
import { compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { KindCoverage } from './input.ts';

export type TypedObject<K extends string> = K extends KnownKind ? ObjectOf<K> : KubeObject;

/** The objects of one cluster at one moment, indexed; every list is in namespace and name order. */
export interface ObjectIndex {
  readonly count: number;
  readonly all: readonly KubeObject[];
  /** Objects of a kind, of one namespace when given. */
  list<K extends string>(kind: K, namespace?: string): readonly TypedObject<K>[];
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
  const sorted = objects.map((object) => ({ key: subjectKey(subjectOf(object)), object }));
  sorted.sort((left, right) => compareText(left.key, right.key));
  const byKey = new Map<string, KubeObject>();
  const byUid = new Map<string, KubeObject>();
  const lists = new Map<string, KubeObject[]>();
  for (const { key, object } of sorted) {
    if (byKey.has(key)) continue;
    byKey.set(key, object);
    if (object.metadata.uid) byUid.set(object.metadata.uid, object);
    append(lists, object.kind, object);
    append(lists, `${object.kind}/${object.metadata.namespace ?? ''}`, object);
  }
  const known = knownKinds(lists, coverage);
  const all = [...byKey.values()];
  const list = (kind: string, namespace?: string | null): readonly KubeObject[] =>
    lists.get(namespace ? `${kind}/${namespace}` : kind) ?? [];
  const knows = (kind: string, namespace?: string | null): boolean =>
    known.has(kind) || (namespace ? known.has(`${kind}/${namespace}`) : false);
  const get = (kind: string, namespace: string | null | undefined, name: string): KubeObject | undefined =>
    byKey.get(`${kind}/${namespace ?? ''}/${name}`);
  const index = {
    count: all.length,
    all,
    list,
    get,
    find: (subject: Subject) => byKey.get(subjectKey(subject)),
    byUid: (uid: string) => byUid.get(uid),
    select: (kind: string, namespace: string, selector: LabelSelector) =>
      list(kind, namespace).filter((object) => matchesSelector(object.metadata.labels ?? {}, selector)),
    knows,
    existence: (kind: string, namespace: string | null | undefined, name: string) => {
      if (get(kind, namespace, name)) return 'present' as const;
      return knows(kind, namespace) ? ('absent' as const) : ('unknown' as const);
    },
    names: (kind: string, namespace?: string | null) => list(kind, namespace).map((object) => object.metadata.name),
    kinds: () => [...lists.keys()].filter((key) => !key.includes('/')),
    namespaces: () => [...new Set(all.map((object) => object.metadata.namespace ?? ''))].filter(Boolean).sort(),
  };
  // The kind name decides the schema an object was parsed with, so the narrowing is true by construction.
  return index as unknown as ObjectIndex;
}

function knownKinds(lists: ReadonlyMap<string, unknown>, coverage: readonly KindCoverage[]): ReadonlySet<string> {
  const known = new Set<string>();
  for (const { kind, namespace, state } of coverage) {
    if (state === 'read') known.add(namespace ? `${kind}/${namespace}` : kind);
  }
  // A kind of which we hold an object in a namespace was evidently listed there.
  if (coverage.length === 0) for (const key of lists.keys()) if (key.includes('/')) known.add(key.replace(/\/$/, ''));
  return known;
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
