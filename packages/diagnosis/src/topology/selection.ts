import type { Subject } from '@headwater/core/subject.ts';
import type { Topology } from './topology.ts';

/** The workloads a Service sends to, by its selector or its endpoints; none of what is no Service. */
export function selectedBy(topology: Topology, service: Subject): readonly Subject[] {
  if (service.kind !== 'Service') return [];
  return topology.dependencies(service).flatMap(({ relation, to }) => (relation === 'selects' ? [to] : []));
}

/** The Services that send to a workload. */
export function servicesSelecting(topology: Topology, workload: Subject): readonly Subject[] {
  return topology.dependents(workload).flatMap(({ relation, from }) => (relation === 'selects' ? [from] : []));
}
