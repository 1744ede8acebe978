import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { namespaceLabels } from '../../topology/namespaces.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import type { PodObject } from './pods.ts';

/** How a workload takes part in the mesh. `none`: it speaks plain text; `ambient`: a proxy on its Node speaks for it. */
export type MeshMode = 'sidecar' | 'ambient' | 'none' | 'unknown';

/** How the Pods of a component take part in the mesh; unknown without Pods, whose injected containers alone tell. */
export function meshModeOf(snapshot: Snapshot, component: Subject): MeshMode {
  const pods = snapshot.topology.pods.ofComponent(component);
  const [pod] = pods;
  if (!pod) return 'unknown';
  if (pods.some(hasSidecar)) return 'sidecar';
  const ambient = 'istio.io/dataplane-mode';
  const namespace = namespaceLabels(snapshot.objects, pod.metadata.namespace ?? '').labels;
  const mode = pod.metadata.labels?.[ambient] ?? namespace[ambient];
  return mode === 'ambient' ? 'ambient' : 'none';
}

/** Whether a Pod carries Istio's proxy, as container or as native sidecar. */
export function hasSidecar(pod: PodObject): boolean {
  return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].some(
    ({ name }) => name === 'istio-proxy',
  );
}

/** The service account of a component's Pods. */
export function accountOf(snapshot: Snapshot, component: Subject): string {
  const [pod] = snapshot.topology.pods.ofComponent(component);
  return pod?.spec?.serviceAccountName ?? 'default';
}

/** The mesh's root namespace: policies there hold everywhere. */
export const rootNamespace = perSnapshot((snapshot: Snapshot): string => {
  const config = snapshot.objects.get('ConfigMap', 'istio-system', 'istio')?.data?.['mesh'] ?? '';
  return /^rootNamespace:\s*["']?([\w-]+)/m.exec(config)?.[1] ?? 'istio-system';
});
