import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { ReplayTime } from '../time.ts';

import type { ReplayStore } from './store.ts';

/** One journal entry to be played. */
export interface JournalStep {
  readonly at: Millis;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/**
 * The objects as the journal's start knew them: what it later adds is not there yet, and what it later changes or deletes is there
 * in the earliest form the journal shows. Objects it never mentions are as at the end.
 */
export function objectsAtStart(final: readonly KubeObject[], steps: readonly JournalStep[]): KubeObject[] {
  const first = new Map<string, JournalStep>();
  for (const step of steps) {
    const key = keyOf(step.object);
    if (!first.has(key)) first.set(key, step);
  }
  const untouched = final.filter((object) => !first.has(keyOf(object)));
  const earlier = [...first.values()].filter(({ type }) => type !== 'ADDED').map(({ object }) => object);
  return [...untouched, ...earlier];
}

/** What the journal left out on the way to the recorded end: the last state of each object it touched. */
export function reconcileSteps(
  final: readonly KubeObject[],
  steps: readonly JournalStep[],
  end: Millis,
): JournalStep[] {
  const last = new Map(steps.map((step) => [keyOf(step.object), step]));
  return final.flatMap((object) => {
    const step = last.get(keyOf(object));
    return step ? [{ at: end, type: 'MODIFIED' as const, object }] : [];
  });
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion.split('/')[0]} ${subjectKey({ kind, namespace: metadata.namespace ?? '', name: metadata.name })}`;
}

export interface Playing {
  readonly steps: readonly JournalStep[];
  readonly store: ReplayStore;

  readonly time: ReplayTime;
  /** The name a kind's objects are stored under; undefined when it is not served. */
  readonly storage: (object: KubeObject) => string | undefined;
}

/** Plays the journal in the replay's time until it ends or the signal aborts. */
export async function playJournal({ steps, store, time, storage }: Playing, signal: AbortSignal): Promise<void> {
  for (const step of steps) {
    await time.until(step.at, signal);
    if (signal.aborted) return;
    const resource = storage(step.object);
    if (resource === undefined) continue;
    const { namespace, name } = step.object.metadata;
    if (step.type === 'DELETED') store.remove(resource, namespace ?? '', name);
    else store.put(resource, step.object);
  }
}
