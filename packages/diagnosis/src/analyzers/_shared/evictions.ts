import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Millis } from '@headwater/core/time.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isWithin, lastEvent, RECENT } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { type NodeObject, nodeCondition } from './node-pods.ts';
import type { PodObject } from './pods.ts';
import { isShort } from './replicas.ts';
import { unsettledPods } from './unsettled-pods.ts';
import { rootObject } from './workloads.ts';

/** A Pod the kubelet evicted, whose eviction still matters. */
export interface Eviction {
  readonly pod: PodObject;
  readonly message: string;
  /** True when the Pod broke a limit of its own; false when the Node ran short. */
  readonly ownLimit: boolean;
  readonly at: Millis | null;
  readonly node: NodeObject | undefined;
  /** The pressure condition the Node still has. */
  readonly pressure: string | null;
  readonly proof: Evidence;
}

const OWN_LIMIT =
  /exceeds? the (?:total )?limit|exceeded its (?:local )?ephemeral storage limit|usage exceeds|EmptyDir volume/i;

/** Evictions that still matter: recent, or their workload lacks replicas, or the Node is still short. */
export const evictions = perSnapshot((snapshot): readonly Eviction[] =>
  unsettledPods(snapshot).flatMap((pod) => {
    if (pod.status?.phase !== 'Failed' || pod.status.reason !== 'Evicted') return [];
    const eviction = evictionOf(snapshot, pod);
    const matters =
      isWithin(snapshot, eviction.at, RECENT) || eviction.pressure !== null || isShort(rootObject(snapshot, pod));
    return matters ? [eviction] : [];
  }),
);

function evictionOf(snapshot: Snapshot, pod: PodObject): Eviction {
  const event = lastEvent(snapshot, pod, ({ reason }) => reason === 'Evicted');
  const message = pod.status?.message ?? event?.message ?? '';
  const node = snapshot.objects.get('Node', null, pod.spec?.nodeName ?? '');
  const target = pod.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  return {
    pod,
    message,
    ownLimit: OWN_LIMIT.test(message),
    at: event?.last ?? parseTime(target?.lastTransitionTime),
    node,
    pressure: node ? stillShort(node) : null,
    proof: pod.status?.message || !event ? citeField(pod, 'status.message') : citeEvent(event),
  };
}

function stillShort(node: NodeObject): string | null {
  return (
    ['MemoryPressure', 'DiskPressure', 'PIDPressure'].find((type) => nodeCondition(node, type)?.status === 'True') ??
    null
  );
}
