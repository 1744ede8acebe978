import type { ClusterSources } from '../collect/from-cluster.ts';
import type { JournalRead, JournalWindow } from '../journal/window.ts';
import type { CachedObjects } from './cluster.ts';

/** One configured cluster with the telemetry that goes with it. */
export interface ClusterView {
  readonly name: string;
  /** What to read it by; throws AppError when the cluster cannot be reached at all, as with credentials that expired. */
  sources(): Promise<ClusterSources>;
  /** What informers hold; null until they are synced. */
  held(): CachedObjects | null;
  /** What changed in a window; without it nobody keeps a journal. Throws AppError when the store is away. */
  journal?(window: JournalWindow): Promise<JournalRead>;
  /** How far back a diagnosis looks, in milliseconds. */
  readonly journalReach?: number | undefined;
}

/** The clusters this process reads. */
export interface Clusters {
  get(name: string): ClusterView | null;
  names(): readonly string[];
}
