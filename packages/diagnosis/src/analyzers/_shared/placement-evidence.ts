import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isGone } from './pods.ts';

/** Shows that a workload runs on a Node, by one of its Pods; empty when no Pod of it was read there. */
export function placementEvidence(snapshot: Snapshot, workload: Subject, node: string): readonly Evidence[] {
  const pod = snapshot.owners
    .pods(workload)
    .find((candidate) => candidate.spec?.nodeName === node && !isGone(candidate));
  return pod ? [citeField(pod, 'spec.nodeName')] : [];
}
