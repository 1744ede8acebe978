import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { compareSubjects, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { PodObject } from './pods.ts';
import { rootObject, rootOf } from './workloads.ts';

/** What was seen on the Pods of one workload. */
export interface PodGroup<T> {
  /** The top of the owner chain, whether or not it was read. */
  readonly subject: Subject;
  /** The object whose template made the Pods; the first Pod when none was read. */
  readonly root: KubeObject;
  readonly entries: readonly [T, ...T[]];
}

/** Gathers per-Pod observations by workload (and by `split` within it), in canonical order. */
export function groupByRoot<T extends { readonly pod: PodObject }>(
  snapshot: Snapshot,
  entries: readonly T[],
  split: (entry: T) => string = () => '',
): readonly PodGroup<T>[] {
  const groups = new Map<string, { subject: Subject; root: KubeObject; entries: [T, ...T[]] }>();
  for (const entry of entries) {
    const subject = rootOf(snapshot, entry.pod);
    const key = `${subjectKey(subject)}#${split(entry)}`;
    const group = groups.get(key);
    if (group) group.entries.push(entry);
    else groups.set(key, { subject, root: rootObject(snapshot, entry.pod), entries: [entry] });
  }
  return [...groups.values()].sort((left, right) => compareSubjects(left.subject, right.subject));
}

/** The distinct Pods of a group as subjects, at most `limit`. */
export function podSubjects(group: PodGroup<{ readonly pod: PodObject }>, limit = 20): readonly Subject[] {
  return [...new Set(group.entries.map(({ pod }) => pod))].slice(0, limit).map(subjectOf);
}
