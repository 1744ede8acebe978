import { matchesLabels } from '@headwater/core/kube/selector.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** Whether some Service selects a workload's Pods. */
export function isServed({ objects, topology }: Snapshot, workload: Subject): boolean {
  return topology.templates.ofComponent(workload).some(({ namespace, labels }) =>
    objects.within('Service', namespace).some(({ spec }) => {
      const selector = spec?.selector ?? {};
      return Object.keys(selector).length > 0 && matchesLabels(labels, selector);
    }),
  );
}
