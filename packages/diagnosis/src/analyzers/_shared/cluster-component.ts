import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ClusterRole } from '../../topology/cluster-services.ts';

/** The object that stands for a part of the cluster: its workload or static Pod, else its bare name. */
export function clusterComponent(
  snapshot: Snapshot,
  role: ClusterRole,
  name: string,
): { readonly subject: Subject; readonly aliases: readonly Subject[] } {
  const [subject, ...aliases] = snapshot.topology.clusterServices.ofRole(role).map((service) => service.subject);
  return { subject: subject ?? { kind: 'Component', name }, aliases };
}
