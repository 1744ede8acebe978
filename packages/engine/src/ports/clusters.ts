import type { ClusterSources } from '../collect/from-cluster.ts';
import type { CachedObjects } from './cluster.ts';

/** One configured cluster with the telemetry that goes with it. */
export interface ClusterView {
  readonly name: string;
  /** What to read it by; throws AppError when the cluster cannot be reached at all, as with credentials that expired. */
  sources(): Promise<ClusterSources>;
  /** What informers hold; null until they are synced. */
  held(): CachedObjects | null;
}

/** The clusters this process reads. */
export interface Clusters {
  get(name: string): ClusterView | null;
  names(): readonly string[];
}
