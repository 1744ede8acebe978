import type { Subject } from '@headwater/core/subject.ts';
import type { Component } from './applications/application.ts';
import { type Cast, pattern } from './cast.ts';
import type { GroundTruth, Group } from './ground-truth.ts';

/** The groups of a truth as names of objects. */
export interface Entities {
  /** The class of a group: itself and its aliases under one name. */
  classOf(group: string): string;
  /** The class an object belongs to; undefined when the truth does not know it. */
  find(subject: Subject): string | undefined;
  /** The class of what an object owns and acts through, where the truth tells the two apart. */
  through(subject: Subject): string | undefined;
}

// A truth that has no group of an object's own kind means it by the nearest other one.
const NEAREST: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['Deployment', 'StatefulSet', 'ReplicaSet', 'Pod', 'Service', 'ServiceOperation'],
  StatefulSet: ['StatefulSet', 'Deployment', 'Pod', 'Service'],
  ReplicaSet: ['ReplicaSet', 'Deployment', 'Pod', 'Service'],
  Pod: ['Pod', 'ReplicaSet', 'Deployment', 'Service'],
  Service: ['Service', 'ServiceOperation', 'Pod', 'Deployment'],
};

// What holds for everything in a namespace; a truth may call the namespace itself the root.
const OF_NAMESPACE: ReadonlySet<string> = new Set(['ResourceQuota', 'LimitRange', 'PeerAuthentication']);

// Who acts through what it owns.
const ACTS_THROUGH: Readonly<Record<string, RegExp>> = {
  Deployment: /^Pod$/,
  StatefulSet: /^Pod$/,
  Schedule: /(?<=.)Chaos$/,
};

/** Indexes the groups of a truth. */
export function entitiesOf(truth: GroundTruth, cast: Cast): Entities {
  const alias = aliasClasses(truth);
  const classOf = (id: string): string => alias(meant(id, truth.groups, cast));
  const linked = new Set(truth.propagations.flatMap(({ source, target }) => [classOf(source), classOf(target)]));
  // Of several groups of one component those that the chain leaves out are other names for the one it uses.
  const used = truth.groups.filter(({ id, rootCause }) => rootCause || linked.has(classOf(id)));
  return {
    classOf,
    through: (subject) => {
      const owned = ownedBy(subject, used, cast);
      const own = owned && groupOf(subject, used, cast);
      return own && classOf(own.id) !== classOf(owned.id) ? classOf(owned.id) : undefined;
    },
    find: (subject) => {
      const group = groupOf(subject, used, cast) ?? groupOf(subject, truth.groups, cast);
      if (group) return classOf(group.id);
      // A truth may speak of what it describes no group for: `node`.
      const kind = subject.kind.toLowerCase();
      return linked.has(kind) ? kind : undefined;
    },
  };
}

function ownedBy(subject: Subject, groups: readonly Group[], cast: Cast): Group | undefined {
  const kinds = ACTS_THROUGH[subject.kind];
  if (!kinds) return undefined;
  const owned = groups.filter(({ kind }) => kinds.test(kind));
  if (subject.kind === 'Schedule') return owned[0];
  const component = componentOf(subject, cast);
  return owned.find((group) => component !== undefined && cast.componentOf(group) === component);
}

// Truths also name groups they forgot to describe, such as `kafka-pod-1` where `kafka-1` is the Pod of kafka.
function meant(id: string, groups: readonly Group[], cast: Cast): string {
  if (groups.some((group) => group.id === id)) return id;
  const [component] = cast.mentioned(id);
  const same = groups.filter((group) => component !== undefined && cast.componentOf(group) === component);
  const kind = /-(service|pod|deployment)\b/.exec(id)?.[1];
  return (same.find((group) => group.kind.toLowerCase() === kind) ?? same[0])?.id ?? id;
}

function groupOf(subject: Subject, groups: readonly Group[], cast: Cast): Group | undefined {
  const kinds = NEAREST[subject.kind];
  if (!kinds || (subject.namespace ?? cast.namespace) !== cast.namespace) return ofOtherKind(subject, groups, cast);
  const component = componentOf(subject, cast);
  for (const kind of kinds) {
    const found = groups.find(
      (group) =>
        group.kind === kind &&
        component &&
        cast.componentOf(group)?.name === component.name &&
        sameWorkload(cast.componentOf(group), component, kind),
    );
    if (found) return found;
  }
  return undefined;
}

function ofOtherKind(subject: Subject, groups: readonly Group[], cast: Cast): Group | undefined {
  const same = groups.filter(({ kind }) => kind === subject.kind);
  const named = same.find((group) => isNamed(group, subject, cast));
  if (named || same.length > 0 || !OF_NAMESPACE.has(subject.kind)) return named;
  const whole = { kind: 'Namespace', name: subject.namespace ?? '' };
  return groups.find((group) => group.kind === 'Namespace' && isNamed(group, whole, cast));
}

// Several workloads behind one Service are one for the Service and several for their Pods.
function sameWorkload(left: Component | undefined, right: Component, kind: string): boolean {
  return kind === 'Service' || left === right;
}

function isNamed(group: Group, { name, namespace }: Subject, cast: Cast): boolean {
  const inPlace = !namespace || !group.namespace || namespace === group.namespace;
  return inPlace && (cast.nameOf(group) === name || group.filters.some((filter) => pattern(filter).test(name)));
}

function componentOf({ kind, name }: Subject, cast: Cast): Component | undefined {
  const { components } = cast.application;
  if (kind === 'Service') return components.find((component) => component.name === name);
  const named = (component: Component): string => component.workload ?? component.name;
  if (kind === 'Deployment' || kind === 'StatefulSet') return components.find((component) => named(component) === name);
  return components
    .filter((component) => name.startsWith(`${named(component)}-`))
    .sort((left, right) => named(right).length - named(left).length)[0];
}

/** The class of every group id: groups that share an alias list, directly or through others, are one. */
export function aliasClasses({ aliases }: GroundTruth): (id: string) => string {
  const parent = new Map<string, string>();
  const rootOf = (id: string): string => {
    let root = id;
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
    return root;
  };
  for (const [first, ...others] of aliases)
    for (const other of others) {
      if (first === undefined) continue;
      const [left, right] = [rootOf(first), rootOf(other)];
      if (left !== right) parent.set(right, left);
    }
  return rootOf;
}
