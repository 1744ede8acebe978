import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isWithin, lastEvent, RECENT } from '../_shared/freshness.ts';
import { nodeCondition, type NodeObject } from '../_shared/node-pods.ts';

/** What shows that the machine itself went, not only its kubelet. */
export interface Loss {
  readonly says: string;
  readonly strength: number;
  readonly evidence: readonly Evidence[];
}

const CLOUD_TAINTS: Readonly<Record<string, string>> = {
  'node.cloudprovider.kubernetes.io/shutdown': 'the cloud provider says its machine is shut down',
  ToBeDeletedByClusterAutoscaler: 'the cluster autoscaler is removing it',
  DeletionCandidateOfClusterAutoscaler: 'the cluster autoscaler is removing it',
  'karpenter.sh/disruption': 'the node provisioner is removing it',
  'karpenter.sh/disrupted': 'the node provisioner is removing it',
  'node.kubernetes.io/out-of-service': 'it was marked out of service',
};

const EVENTS: Readonly<Record<string, string>> = {
  DeletingNode: 'its machine no longer exists at the cloud provider',
  RemovingNode: 'it is being removed from the cluster',
  NodeShutdown: 'its machine is shutting down',
  Shutdown: 'its machine is shutting down',
  TerminatingEvictedPod: 'it is being removed',
};
const INTERRUPTION = /interrupt|preempt|terminat|rebalance|scheduledevent|maintenance/i;

/** Hints that a Node which is not ready has lost its machine; null when nothing speaks for that. */
export function lossOf(snapshot: Snapshot, node: NodeObject): Loss | null {
  const taint = node.spec?.taints?.find(({ key }) => key && CLOUD_TAINTS[key]);
  if (taint?.key)
    return { says: CLOUD_TAINTS[taint.key] ?? '', strength: 0.95, evidence: [citeField(node, 'spec.taints')] };
  if (/shutting down/i.test(nodeCondition(node, 'Ready')?.message ?? ''))
    return { says: 'its machine is shutting down', strength: 0.95, evidence: [] };
  const gone = lastEvent(
    snapshot,
    node,
    (event) => event.reason in EVENTS || (INTERRUPTION.test(event.reason) && event.component !== 'kubelet'),
  );
  if (gone && isWithin(snapshot, gone.last, 4 * RECENT)) {
    return {
      says: EVENTS[gone.reason] ?? 'the provider took its machine away',
      strength: 0.93,
      evidence: [citeEvent(gone)],
    };
  }
  const rebooted = lastEvent(snapshot, node, ({ reason }) => reason === 'Rebooted');
  if (rebooted && isWithin(snapshot, rebooted.last, RECENT)) {
    return { says: 'its machine restarted', strength: 0.88, evidence: [citeEvent(rebooted)] };
  }
  return null;
}
