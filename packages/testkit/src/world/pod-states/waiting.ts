import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { EventDraft } from '../events.ts';
import type { PodFrame, PodOutcome, PodState } from '../pod.ts';
import { mainContainer } from '../pod-spec.ts';
import { aggregatedCount, conditionsOf, containerStatus, podEvent, scheduledEvent, startEvents } from './parts.ts';
import { fill } from './running.ts';

interface Waiting {
  readonly reason: string;
  readonly message?: string;
  readonly sandbox?: boolean;
  readonly pulled?: boolean;
  readonly container?: string;
  readonly events: readonly EventDraft[];
}

function waitingPod(frame: PodFrame, waiting: Waiting): PodOutcome {
  const target = waiting.container ?? mainContainer(frame.spec).name;
  const sandbox = waiting.sandbox ?? true;
  return {
    phase: 'Pending',
    scheduled: true,
    accepted: true,
    hasAddress: sandbox,
    ready: false,
    conditions: conditionsOf(frame, { ready: false, since: frame.created + SECOND, sandbox }),
    containers: frame.spec.containers.map((container) => {
      const own = container.name === target;
      const state = own
        ? { waiting: { message: waiting.message, reason: waiting.reason } }
        : { waiting: { reason: 'ContainerCreating' } };
      return containerStatus(frame, container, { state, pulled: own && (waiting.pulled ?? false), started: false });
    }),
    events: [scheduledEvent(frame), ...waiting.events],
    logs: [],
  };
}

export interface PullFailure {
  /** What the runtime answered, from `failed to pull` on; `{image}` stands for the image. */
  readonly error: string;
  /** gRPC code the runtime gave. */
  readonly code: 'NotFound' | 'Unknown' | 'FailedPrecondition';
  /** Names of pull secrets the kubelet could not read. */
  readonly missingSecrets?: readonly string[];
}

/** The image cannot be pulled: ErrImagePull, then ImagePullBackOff. */
export function pullFailing(options: PullFailure): PodState {
  return (frame) => {
    const container = mainContainer(frame.spec);
    const { image } = container;
    const error = `rpc error: code = ${options.code} desc = ${options.error.replaceAll('{image}', image)}`;
    const tries = pullTries(frame);
    const first = frame.created + 2 * SECOND;
    const last = tries.at(-1) ?? first;
    const base = { container: container.name, first, last, count: tries.length };
    const backoffs = {
      container: container.name,
      first: first + 15 * SECOND,
      last: frame.scene.now - 8 * SECOND,
      count: aggregatedCount(first, frame.scene.now, 13),
    };
    const events: EventDraft[] = [
      podEvent(frame, { ...base, type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` }),
      podEvent(frame, {
        ...base,
        type: 'Warning',
        reason: 'Failed',
        message: `Failed to pull image "${image}": ${error}`,
      }),
      podEvent(frame, { ...base, type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' }),
      podEvent(frame, { ...backoffs, type: 'Normal', reason: 'BackOff', message: `Back-off pulling image "${image}"` }),
      podEvent(frame, { ...backoffs, type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' }),
    ];
    if (options.missingSecrets) events.push(missingSecretsEvent(frame, options.missingSecrets, tries.length));
    return waitingPod(frame, {
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "${image}": ErrImagePull: ${error}`,
      events,
    });
  };
}

function missingSecretsEvent(frame: PodFrame, names: readonly string[], tries: number): EventDraft {
  return podEvent(frame, {
    type: 'Warning',
    reason: 'FailedToRetrieveImagePullSecret',
    message: `Unable to retrieve some image pull secrets (${names.join(', ')}); attempting to pull the image may not succeed.`,
    first: frame.created + SECOND,
    last: frame.scene.now - 12 * SECOND,
    count: aggregatedCount(frame.created, frame.scene.now, 14) + tries,
  });
}

// Pulls are tried again after 10, 20, 40 ... 300 seconds.
function pullTries(frame: PodFrame): Millis[] {
  const tries: Millis[] = [];
  for (let at = frame.created + 2 * SECOND, wait = 12; at <= frame.scene.now; wait = Math.min(300, wait * 2)) {
    tries.push(at);
    at += (wait + 2) * SECOND;
  }
  return tries;
}

/** The container cannot be configured: something its spec refers to is missing, or its security context forbids it. */
export function configError(message: string): PodState {
  return (frame) => {
    const container = mainContainer(frame.spec);
    const text = fill(message, frame);
    const first = frame.created + 3 * SECOND;
    const span = { first, last: frame.scene.now - 5 * SECOND, count: aggregatedCount(first, frame.scene.now, 12) };
    const events = [
      ...startEvents(frame, container, { ...span, onlyPulled: true }),
      podEvent(frame, {
        ...span,
        type: 'Warning',
        reason: 'Failed',
        message: `Error: ${text}`,
        container: container.name,
      }),
    ];
    return waitingPod(frame, { reason: 'CreateContainerConfigError', message: text, pulled: true, events });
  };
}

/** A volume cannot be mounted, so nothing is created; `message` as the kubelet writes it. */
export function mountFailing(options: {
  readonly message: string;
  readonly reason?: string;
  readonly component?: string;
}): PodState {
  return (frame) => {
    const last = lastTry(frame);
    const event = podEvent(frame, {
      type: 'Warning',
      reason: options.reason ?? 'FailedMount',
      message: fill(options.message, frame),
      first: frame.created + SECOND,
      last: last.at,
      count: last.count,
      ...(options.component ? { component: options.component } : {}),
    });
    return waitingPod(frame, { reason: 'ContainerCreating', sandbox: false, events: [event] });
  };
}

// Volume operations are tried again after 0.5 s, doubling to 2 m 2 s.
function lastTry(frame: PodFrame): { at: Millis; count: number } {
  let at = frame.created + SECOND;
  let count = 1;
  for (let wait = 500; at + wait <= frame.scene.now; wait = Math.min(122 * SECOND, wait * 2)) {
    at += wait;
    count++;
  }
  return { at, count };
}

/** The sandbox cannot be made: network plug-in, runtime or address pool. */
export function sandboxFailing(message: string): PodState {
  return (frame) => {
    const first = frame.created + 2 * SECOND;
    const event = podEvent(frame, {
      type: 'Warning',
      reason: 'FailedCreatePodSandBox',
      message: fill(message, frame),
      first,
      last: frame.scene.now - 9 * SECOND,
      count: aggregatedCount(first, frame.scene.now, 13),
    });
    return waitingPod(frame, { reason: 'ContainerCreating', sandbox: false, events: [event] });
  };
}
