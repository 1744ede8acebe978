import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastEvent } from '../_shared/freshness.ts';
import { isNodeDown } from '../_shared/node-pods.ts';
import type { Explanation } from './explanation.ts';
import { explainFinalizers } from './object.ts';

const TEARDOWN = new Set([
  'FailedKillPod',
  'FailedUnMount',
  'FailedUnmount',
  'FailedPreStopHook',
  'ExceededGracePeriod',
]);

/** Why a Pod does not go: its Node, a finalizer, or a teardown that fails. */
export function explainPod(snapshot: Snapshot, pod: KubeObject): Explanation {
  const name = readField(pod, 'spec.nodeName');
  const node = typeof name === 'string' ? snapshot.objects.get('Node', null, name) : undefined;
  if (node && isNodeDown(node)) {
    return {
      code: 'deletion/node-gone',
      text: `the kubelet of Node ${node.metadata.name} does not answer`,
      strength: 0.75,
      evidence: [citeField(pod, 'spec.nodeName'), citeField(node, 'status.conditions[type=Ready]')],
      blames: [subjectOf(node)],
    };
  }
  const finalizers = explainFinalizers(pod);
  if (finalizers) return finalizers;
  const event = lastEvent(snapshot, pod, ({ reason, type }) => type === 'Warning' && TEARDOWN.has(reason));
  if (event)
    return {
      code: 'deletion/kill-failed',
      text: 'its containers or volumes cannot be torn down',
      strength: 0.8,
      evidence: [citeEvent(event)],
      blames: [],
    };
  return {
    code: 'deletion/stuck',
    text: 'its grace period is over and it is still there',
    strength: 0.5,
    evidence: [citeField(pod, 'metadata.deletionGracePeriodSeconds')],
    blames: [],
  };
}
