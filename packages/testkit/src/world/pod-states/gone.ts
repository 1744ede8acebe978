import { type Millis, MINUTE, SECOND } from '@headwater/core/time.ts';
import type { PodFrame, PodOutcome, PodState } from '../pod.ts';
import {
  conditionsOf,
  containerStatus,
  firstStart,
  podEvent,
  scheduledEvent,
  startEvents,
  terminated,
} from './parts.ts';
import { fill, running } from './running.ts';

/** Evicted by the kubelet: the pod object stays as Failed until somebody deletes it. */
export function evicted(options: { readonly at: Millis; readonly message: string }): PodState {
  return (frame) => {
    const started = firstStart(frame);
    const message = fill(options.message, frame);
    return {
      phase: 'Failed',
      reason: 'Evicted',
      message,
      scheduled: true,
      accepted: true,
      hasAddress: true,
      ready: false,
      conditions: [
        { type: 'DisruptionTarget', status: 'True', since: options.at, reason: 'TerminationByKubelet', message },
        ...conditionsOf(frame, { ready: false, since: options.at, reason: 'PodFailed', sandbox: false }),
      ],
      containers: frame.spec.containers.map((container) =>
        containerStatus(frame, container, {
          state: terminated(frame, container.name, {
            exitCode: 137,
            reason: 'Error',
            from: started,
            to: options.at + 2 * SECOND,
          }),
          madeAt: started,
          started: false,
        }),
      ),
      events: [
        podEvent(frame, { type: 'Warning', reason: 'Evicted', message, first: options.at }),
        ...frame.spec.containers.map(({ name }) =>
          podEvent(frame, {
            type: 'Normal',
            reason: 'Killing',
            message: `Stopping container ${name}`,
            container: name,
            first: options.at + SECOND,
          }),
        ),
      ],
      logs: [],
    };
  };
}

/** On a node nobody hears from: frozen as it was, marked not ready, and deleted in vain by the taint manager. */
export function nodeUnreachable(options: { readonly since: Millis; readonly condition: string }): PodState {
  return (frame) => {
    const healthy = running()(frame);
    const deletedAt = options.since + 5 * MINUTE;
    const deleted = deletedAt <= frame.scene.now;
    return {
      ...healthy,
      ready: false,
      ...(deleted ? { deleted: { at: deletedAt + 30 * SECOND, graceSeconds: 30 } } : {}),
      conditions: [
        ...(deleted
          ? [
              {
                type: 'DisruptionTarget',
                status: 'True' as const,
                since: deletedAt,
                reason: 'DeletionByTaintManager',
                message: 'Taint manager: deleting due to NoExecute taint',
              },
            ]
          : []),
        ...healthy.conditions.map((condition) =>
          condition.type === 'Ready'
            ? { type: 'Ready', status: 'False' as const, since: options.since, reason: 'NodeNotReady' }
            : condition,
        ),
      ],
      events: [
        podEvent(frame, {
          type: 'Warning',
          reason: 'NodeNotReady',
          message: 'Node is not ready',
          component: 'node-controller',
          first: options.since,
        }),
        ...(deleted ? [taintEviction(frame, deletedAt)] : []),
      ],
    };
  };
}

function taintEviction(frame: PodFrame, at: Millis): PodOutcome['events'][number] {
  return podEvent(frame, {
    type: 'Normal',
    reason: 'TaintManagerEviction',
    message: `Marking for deletion Pod ${frame.namespace}/${frame.name}`,
    component: 'taint-eviction-controller',
    first: at,
  });
}

/** Deleted, every container stopped, but a finalizer keeps the object. */
export function heldByFinalizer(options: { readonly deletedAt: Millis; readonly finalizer: string }): PodState {
  return (frame) => {
    const started = firstStart(frame);
    const end = options.deletedAt + 3 * SECOND;
    return {
      phase: 'Running',
      scheduled: true,
      accepted: true,
      hasAddress: true,
      ready: false,
      finalizers: [options.finalizer],
      deleted: { at: options.deletedAt + 30 * SECOND, graceSeconds: 30 },
      conditions: conditionsOf(frame, { ready: false, since: end, sandbox: false }),
      containers: frame.spec.containers.map((container) =>
        containerStatus(frame, container, {
          state: terminated(frame, container.name, { exitCode: 0, reason: 'Completed', from: started, to: end }),
          madeAt: started,
          started: false,
        }),
      ),
      events: frame.spec.containers.map(({ name }) =>
        podEvent(frame, {
          type: 'Normal',
          reason: 'Killing',
          message: `Stopping container ${name}`,
          container: name,
          first: options.deletedAt,
        }),
      ),
      logs: [],
    };
  };
}

export interface FinishedOptions {
  readonly exitCode: number;
  readonly ran: number;
  readonly reason?: string;
  readonly says?: readonly string[];
  readonly log?: (from: Millis, to: Millis) => readonly string[];
}

/** A pod that ran once and ended, as Jobs make them. */
export function finished(options: FinishedOptions): PodState {
  return (frame) => {
    const started = firstStart(frame);
    const end = started + options.ran * SECOND;
    const ok = options.exitCode === 0;
    const reason = options.reason ?? (ok ? 'Completed' : 'Error');
    const conditions = conditionsOf(frame, {
      ready: false,
      since: end,
      sandbox: false,
      reason: ok ? 'PodCompleted' : 'PodFailed',
    });
    return {
      phase: ok ? 'Succeeded' : 'Failed',
      scheduled: true,
      accepted: true,
      hasAddress: true,
      ready: false,
      conditions: ok
        ? conditions.map((condition) =>
            condition.type === 'Initialized' ? { ...condition, reason: 'PodCompleted' } : condition,
          )
        : conditions,
      containers: frame.spec.containers.map((container) =>
        containerStatus(frame, container, {
          state: terminated(frame, container.name, { exitCode: options.exitCode, reason, from: started, to: end }),
          madeAt: started,
          started: false,
        }),
      ),
      events: [
        scheduledEvent(frame),
        ...frame.spec.containers.flatMap((container) => startEvents(frame, container, { first: started })),
      ],
      logs: options.log ? [{ container: frame.spec.containers[0]?.name ?? '', lines: options.log(started, end) }] : [],
    };
  };
}
