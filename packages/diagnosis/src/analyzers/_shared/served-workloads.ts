import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from './memo.ts';

const served = perSnapshot((snapshot: Snapshot) => {
  const found = new Set<Subject>();
  for (const { metadata, spec } of snapshot.objects.list('Service')) {
    const matchLabels = spec?.selector ?? {};
    if (Object.keys(matchLabels).length === 0) continue;
    for (const { component } of snapshot.topology.templates.match(metadata.namespace ?? '', { matchLabels }))
      found.add(component);
  }
  return found;
});

/** Whether some Service selects a workload's Pods. */
export function isServed(snapshot: Snapshot, workload: Subject): boolean {
  return served(snapshot).has(snapshot.topology.component(workload));
}
