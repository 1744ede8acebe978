import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { NodePlan, Plan, PodPlan } from '@headwater/testkit/world/plan.ts';
import { evicted } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { nodeEvent } from './nodes.ts';

const PRESSURES = {
  MemoryPressure: {
    reason: 'HasInsufficientMemory',
    lacks: 'memory',
    says: 'kubelet has insufficient memory available',
    taint: 'memory-pressure',
  },
  DiskPressure: {
    reason: 'HasDiskPressure',
    lacks: 'ephemeral-storage',
    says: 'kubelet has disk pressure',
    taint: 'disk-pressure',
  },
  PIDPressure: {
    reason: 'HasInsufficientPID',
    lacks: 'pids',
    says: 'kubelet has insufficient PID available',
    taint: 'pid-pressure',
  },
} as const;

export interface Pressure {
  readonly type: keyof typeof PRESSURES;
  readonly at: Millis;
  /** How often the kubelet tried to reclaim what it lacks. */
  readonly tries: number;
}

/** The kubelet of a node says that it runs short; its condition and taint are gone again where the scene is repaired. */
export function underPressure(plan: Plan, node: NodePlan, { type, at, tries }: Pressure): void {
  const { scene } = plan;
  const { reason, lacks, says, taint } = PRESSURES[type];
  nodeEvent(plan, node, {
    reason: `Node${reason}`,
    type: 'Normal',
    message: `Node ${node.name} status is now: Node${reason}`,
    first: at,
  });
  nodeEvent(plan, node, {
    reason: 'EvictionThresholdMet',
    message: `Attempting to reclaim ${lacks}`,
    first: at,
    last: scene.before(1),
    count: tries,
  });
  if (scene.repaired) return;
  node.conditions[type] = { status: 'True', reason: `Kubelet${reason}`, message: says, since: at };
  node.taints.push({ effect: 'NoSchedule', key: `node.kubernetes.io/${taint}`, timeAdded: stamp(at + SECOND) });
}

export interface Eviction {
  readonly at: Millis;
  readonly message: string;
  readonly from: NodePlan;
  readonly to: NodePlan;
}

/** A pod that was evicted (its remains are kept until the scene is repaired) and the one made for it seconds later. */
export function evictedAndReplaced(scene: Scene, { at, message, from, to }: Eviction): PodPlan[] {
  const replacement: PodPlan = { revision: 'current', state: running(), created: at + 4 * SECOND, node: to.name };
  if (scene.repaired) return [replacement];
  return [{ revision: 'current', state: evicted({ at, message }), node: from.name, salt: 'evicted' }, replacement];
}
