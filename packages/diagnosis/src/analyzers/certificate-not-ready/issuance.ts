import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { conditionOf, conditionPath, textAt } from '../_shared/conditions.ts';
import { quote } from '../_shared/quote.ts';

/** What stopped an issuance, deepest first. */
export interface Issuance {
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

const FAILED = new Set(['invalid', 'errored', 'expired']);

/** The failed step of a certificate's current issuance: its challenge, order or request; null when none has failed. */
export function issuance(snapshot: Snapshot, certificate: KubeObject): Issuance | null {
  const requests = childrenOf(snapshot, certificate, 'CertificateRequest');
  const orders = requests.flatMap((request) => childrenOf(snapshot, request, 'Order'));
  const challenges = orders.flatMap((order) => childrenOf(snapshot, order, 'Challenge'));
  for (const step of [...challenges, ...orders]) {
    const reason = textAt(step, 'status.reason');
    const waits = step.kind === 'Challenge' && /waiting|self check|propagation|error|fail/i.test(reason);
    if (!FAILED.has(textAt(step, 'status.state')) && !waits) continue;
    return {
      text: `${formatSubject(subjectOf(step))} fails${reason === '' ? '' : `: ${quote(reason)}`}`,
      evidence: [citeField(step, 'status.state'), citeField(step, 'status.reason')],
    };
  }
  for (const request of requests) {
    const ready = conditionOf(request, 'Ready');
    const denied = conditionOf(request, 'Denied')?.status === 'True';
    if (!denied && !(ready?.status === 'False' && ready.reason === 'Failed')) continue;
    const path = conditionPath(denied ? 'Denied' : 'Ready');
    return {
      text: `${formatSubject(subjectOf(request))} ${denied ? 'was denied' : 'failed'}`,
      evidence: [citeField(request, path)],
    };
  }
  return null;
}

function childrenOf(snapshot: Snapshot, object: KubeObject, kind: string): readonly KubeObject[] {
  return snapshot.owners.children(subjectOf(object)).filter((child) => child.kind === kind);
}
