import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import { citeField } from '../../evidence/cite.ts';
import { signalsOf } from '../../metrics/signals.ts';
import { formatMeasure } from '../../metrics/units.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { evictions } from '../_shared/evictions.ts';
import type { NodeObject } from '../_shared/node-pods.ts';

/** What shows that a Node claims disk pressure while it has room, in words. */
export interface Room {
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

// The kubelet's default thresholds lie at 10 and 15 percent of free space.
const AMPLE_FREE = 0.3;
const THRESHOLD = /Threshold quantity: ([\w.]+), available: ([\w.]+?)\.?(?:\s|$)/;

/** The room a Node under disk pressure still has, by its filesystem metrics and by what its kubelet says at evictions; null when it is short. */
export function roomOf(snapshot: Snapshot, node: NodeObject): Room | null {
  const signal = signalsOf(snapshot).of('node-filesystem', subjectOf(node));
  const used = signal?.samples.at(-1)?.[1];
  if (signal && used !== undefined && 1 - used < AMPLE_FREE) return null;
  const said = evictionWords(snapshot, node);
  const measured =
    signal && used !== undefined ? `its fullest filesystem is only ${formatMeasure(used, 'ratio')} full` : null;
  const words = [measured, said?.words].filter((text) => text != null).join(' and ');
  if (!words) return null;
  return { words, evidence: [...(signal ? [citeSignal(signal)] : []), ...(said?.evidence ?? [])] };
}

function evictionWords(snapshot: Snapshot, node: NodeObject): Room | null {
  const size = node.status?.capacity?.['ephemeral-storage'];
  const bytes = parseQuantity(size);
  if (!bytes) return null;
  for (const eviction of evictions(snapshot)) {
    if (eviction.node?.metadata.name !== node.metadata.name || eviction.ownLimit) continue;
    const [, threshold, available] = THRESHOLD.exec(eviction.message) ?? [];
    const free = parseQuantity(available);
    if (free === null || free < AMPLE_FREE * bytes) continue;
    return {
      words: `its kubelet evicts at a threshold of \`${threshold}\` while \`${available}\` of \`${size}\` are available`,
      evidence: [eviction.proof, citeField(node, 'status.capacity.ephemeral-storage')],
    };
  }
  return null;
}
