import type { Component } from '../applications/application.ts';
import type { Fault, Group } from '../ground-truth.ts';
import type { Stage } from '../stage.ts';

/** What a mechanism has to go by. */
export interface Case {
  readonly stage: Stage;
  readonly fault: Fault;
  /** Components the fault names, the first the one it acts on. */
  readonly named: readonly Component[];
  /** Groups of the truth that are said to be the root. */
  readonly roots: readonly Group[];
}

/** One way to break something, as the cluster shows it. */
export interface Mechanism {
  readonly name: string;
  fits(input: Case): boolean;
  apply(input: Case): void;
}

/** Whether a fault's text has a word. */
export function says({ fault }: Case, words: RegExp): boolean {
  return words.test(fault.text);
}

/** The first root group of a kind, or group at all when no root is one. */
export function groupOf({ stage, roots }: Case, kinds: RegExp): Group | undefined {
  return roots.find(({ kind }) => kinds.test(kind)) ?? stage.truth.groups.find(({ kind }) => kinds.test(kind));
}

/** The component a setting belongs to, which is often named by nobody but the groups of Pods beside it. */
export function ownerOf({ stage, named }: Case): Component | undefined {
  const [first] = named;
  if (first) return first;
  const { groups } = stage.truth;
  const group =
    groups.find(({ kind }) => kind === 'Pod') ??
    groups.find(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet') ??
    groups.find(({ kind }) => kind === 'Service');
  return group && stage.cast.componentOf(group);
}
