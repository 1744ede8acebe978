import type { Subject } from '@headwater/core/subject.ts';
import type { Series } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Family } from './families/family.ts';
import { placeOf } from './label-subjects.ts';
import { namesOf } from './names.ts';
import { placeKey } from './signal.ts';

/** The series of one metric about one subject. */
export interface Group {
  readonly key: string;
  readonly subject: Subject;
  readonly peer?: Subject;
  readonly isPod: boolean;
  readonly series: Series[];
}

/** Finds the groups of a metric by subject; each metric is grouped once per way of naming. */
export type Grouper = (metric: string, family: Pick<Family, 'by' | 'component'>) => ReadonlyMap<string, Group>;

/** A grouper over the metrics of a snapshot. Series of a Pod count for the Pod and for its workload. */
export function createGrouper(snapshot: Snapshot): Grouper {
  const done = new Map<string, ReadonlyMap<string, Group>>();
  return (metric, { by, component }) => {
    const id = `${metric} ${by} ${component ?? ''}`;
    const known = done.get(id);
    if (known) return known;
    const groups = new Map<string, Group>();
    const add = (one: Series, subject: Subject, rest: { peer?: Subject; isPod: boolean }): void => {
      const key = placeKey(subject, rest.peer);
      const group = groups.get(key);
      if (group) group.series.push(one);
      else groups.set(key, { key, subject, ...rest, series: [one] });
    };
    const measured = snapshot.metrics.find(metric);
    // Without a series nobody needs the names of everything.
    if (measured.length === 0) return groups;
    const names = namesOf(snapshot);
    for (const one of measured) {
      const place = component ? { subject: { kind: 'Component', name: component } } : placeOf(one.labels, by, names);
      if (!place) continue;
      add(one, place.subject, {
        isPod: place.subject.kind === 'Pod',
        ...('peer' in place && place.peer ? { peer: place.peer } : {}),
      });
      if ('pod' in place && place.pod && place.subject.kind !== 'Pod') add(one, place.pod, { isPod: true });
    }
    done.set(id, groups);
    return groups;
  };
}
