import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Components } from '../components.ts';
import type { EdgeDraft } from '../graph.ts';
import type { PodIndex } from '../pod-index.ts';
import type { TemplateIndex } from '../templates.ts';
import { addAdmissionEdges } from './admission.ts';
import { addCallEdges } from './calls.ts';
import { addChaosEdges } from './chaos.ts';
import { addConfigEdges } from './config.ts';
import { addMeshEdges } from './mesh.ts';
import { addOwnerEdges } from './owners.ts';
import { addPlacementEdges } from './placement.ts';
import { addPolicyEdges } from './policy.ts';
import { addRouteEdges } from './routes.ts';
import { addScalingEdges } from './scaling.ts';
import { addServiceEdges } from './services.ts';
import { addStorageEdges } from './storage.ts';

/** What a family of relations reads and where it puts its edges. */
export interface EdgeContext {
  readonly snapshot: Snapshot;
  readonly components: Components;
  readonly pods: PodIndex;
  readonly templates: TemplateIndex;
  readonly add: (draft: EdgeDraft) => void;
}

const FAMILIES: readonly ((context: EdgeContext) => void)[] = [
  addServiceEdges,
  addRouteEdges,
  addPlacementEdges,
  addConfigEdges,
  addStorageEdges,
  addScalingEdges,
  addPolicyEdges,
  addAdmissionEdges,
  addMeshEdges,
  addChaosEdges,
  addOwnerEdges,
  addCallEdges,
];

/** Adds every relation the objects, logs, metrics and traces of a snapshot show. */
export function addEdges(context: EdgeContext): void {
  for (const family of FAMILIES) family(context);
}
