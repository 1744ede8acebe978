import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { EdgeContext } from './all.ts';

// Status objects of a Service and the records of a workload; they depend on nothing a person would mend.
// Pods and ReplicaSets stand under their owner's vertex anyway, and there are many of them.
const BOOKKEEPING = new Set([
  'Pod',
  'ReplicaSet',
  'EndpointSlice',
  'Endpoints',
  'Event',
  'Lease',
  'ControllerRevision',
  'Node',
  'PodMetrics',
]);

/** An object made by another one (an operator's Service, a PVC of a custom resource) is owned by it. */
export function addOwnerEdges({ snapshot, add }: EdgeContext, namespace: string): void {
  const kinds = snapshot.objects.kinds().filter((kind) => !BOOKKEEPING.has(kind));
  for (const object of kinds.flatMap((kind) => snapshot.objects.within(kind, namespace))) {
    const owner = snapshot.owners.parent(object);
    if (owner)
      add({
        from: subjectOf(object),
        to: owner,
        relation: 'owned-by',
        cite: () => [citeField(object, 'metadata.ownerReferences')],
      });
  }
}
