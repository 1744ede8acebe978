import { MINUTE, SECOND } from '@headwater/core/time.ts';
import type { PodOutcome, PodState } from '../pod.ts';
import { podEvent } from './parts.ts';

export interface UnschedulableOptions {
  /** The scheduler's words after `0/N nodes are available: `, with a full stop. */
  readonly why: string;
  /** What it says of preemption, per node. */
  readonly preemption?: string;
  readonly nodes: number;
  readonly gated?: boolean;
}

/** No node fits: Pending with the scheduler's reasons. */
export function unschedulable(options: UnschedulableOptions): PodState {
  return (frame) => {
    const { nodes } = options;
    const newer = frame.scene.cluster.version >= 'v1.34' ? 'no new claims to deallocate, ' : '';
    const preemption = options.preemption ?? `${nodes} Preemption is not helpful for scheduling.`;
    const message = `0/${nodes} nodes are available: ${options.why} ${newer}preemption: 0/${nodes} nodes are available: ${preemption}`;
    const first = frame.created;
    // The scheduler looks again every five minutes when nothing in the cluster moves.
    const count = 1 + Math.floor((frame.scene.now - first) / (5 * MINUTE));
    return {
      ...unscheduled(),
      conditions: [{ type: 'PodScheduled', status: 'False', since: frame.created, reason: 'Unschedulable', message }],
      events: [
        podEvent(frame, {
          type: 'Warning',
          reason: 'FailedScheduling',
          message,
          component: 'default-scheduler',
          action: 'Scheduling',
          first,
          last: first + (count - 1) * 5 * MINUTE + SECOND,
          count,
        }),
      ],
    };
  };
}

/** Unschedulable for reasons that have nothing to do with nodes, such as a missing claim. */
export function unschedulableBecause(why: string, nodes: number): PodState {
  return unschedulable({ why, nodes });
}

/** Nobody has looked at the pod: no condition, no event. */
export function ignored(): PodState {
  return () => unscheduled();
}

function unscheduled(): PodOutcome {
  return {
    phase: 'Pending',
    scheduled: false,
    accepted: false,
    hasAddress: false,
    ready: false,
    conditions: [],
    containers: [],
    events: [],
    logs: [],
  };
}
