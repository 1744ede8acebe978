import { subjectKey, type Subject } from '@headwater/core/subject.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { recentLevel } from '../_shared/saturation.ts';
import type { Resource } from './patterns.ts';

/** A limit of its own that a process has reached, by its own measure. */
export interface UsedUp {
  readonly resource: Resource;
  readonly root: Subject;
  readonly signal: Signal;
}

// A process that cannot open another file still closes some.
const FULL = 0.97;

/** The limits that processes have reached, the fullest Pod of each workload. */
export function usedUp(snapshot: Snapshot): readonly UsedUp[] {
  const found = new Map<string, UsedUp>();
  for (const [resource, name] of [
    ['file-descriptors', 'open-files-used'],
    ['threads', 'threads-used'],
  ] as const) {
    for (const signal of signalsOf(snapshot).pods(name)) {
      const level = recentLevel(signal);
      const root = snapshot.owners.root(signal.subject);
      const key = `${resource} ${subjectKey(root)}`;
      const known = found.get(key);
      if (level >= FULL && level <= 1 && !(known && recentLevel(known.signal) >= level))
        found.set(key, { resource, root, signal });
    }
  }
  return [...found.values()];
}
