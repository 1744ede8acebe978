import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { EventDraft } from '../events.ts';
import type { Json } from '../json.ts';
import type { PodCondition, PodFrame } from '../pod.ts';
import type { ContainerJson } from '../pod-spec.ts';
import { stamp } from '../scene.ts';

/** When the first container of a pod starts, in an ordinary life. */
export function firstStart(frame: PodFrame): Millis {
  return frame.created + frame.scene.random.int(`start/${frame.uid}`, 3, 7) * SECOND;
}

export interface Termination {
  readonly exitCode: number;
  readonly reason: string;
  readonly from: Millis;
  readonly to: Millis;
  readonly signal?: number | undefined;
  readonly message?: string | undefined;
}

/** `terminated` of a container state. */
export function terminated(frame: PodFrame, container: string, end: Termination): Json {
  return {
    terminated: {
      containerID: containerId(frame, container, end.from),
      exitCode: end.exitCode,
      finishedAt: stamp(end.to),
      message: end.message,
      reason: end.reason,
      signal: end.signal,
      startedAt: stamp(end.from),
    },
  };
}

export interface ContainerState {
  readonly state: Json;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restarts?: number;
  readonly lastState?: Json;
  /** When the container that the status names was made; absent when none was. */
  readonly madeAt?: Millis | undefined;
  /** Whether the image was ever pulled; default: a container was made. */
  readonly pulled?: boolean;
}

/** One entry of `status.containerStatuses`. */
export function containerStatus(frame: PodFrame, container: ContainerJson, status: ContainerState): Json {
  const { madeAt } = status;
  const pulled = status.pulled ?? madeAt !== undefined;
  return {
    containerID: madeAt === undefined ? undefined : containerId(frame, container.name, madeAt),
    image: container.image,
    imageID: pulled ? imageId(frame, container.image) : '',
    lastState: status.lastState ?? {},
    name: container.name,
    ready: status.ready ?? false,
    restartCount: status.restarts ?? 0,
    started: status.started ?? status.ready ?? false,
    state: status.state,
  };
}

function containerId(frame: PodFrame, container: string, madeAt: Millis): string {
  return `containerd://${frame.scene.random.hex(`container/${frame.uid}/${container}@${madeAt}`, 64)}`;
}

function imageId(frame: PodFrame, image: string): string {
  return `${image.replace(/:[^:/]*$/, '')}@sha256:${frame.scene.random.hex(`image/${image}`, 64)}`;
}

export interface ConditionTimes {
  readonly ready: boolean;
  /** When `ready` became what it is. */
  readonly since: Millis;
  readonly initialized?: boolean;
  readonly initializedAt?: Millis;
  /** Whether the sandbox exists and has a network. */
  readonly sandbox?: boolean;
  readonly unready?: readonly string[];
  readonly uninitialized?: readonly string[];
  /** Replaces the reason and message of Ready and ContainersReady. */
  readonly reason?: string;
}

/** The five conditions a kubelet keeps. */
export function conditionsOf(frame: PodFrame, times: ConditionTimes): PodCondition[] {
  const { created } = frame;
  const sandbox = times.sandbox ?? true;
  const initialized = times.initialized ?? true;
  const status = times.ready ? 'True' : 'False';
  const names = (times.unready ?? frame.spec.containers.map(({ name }) => name)).join(' ');
  const why = times.ready
    ? {}
    : times.reason
      ? { reason: times.reason }
      : { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
  return [
    {
      type: 'PodReadyToStartContainers',
      status: sandbox ? 'True' : 'False',
      since: created + (sandbox ? 2 : 1) * SECOND,
    },
    {
      type: 'Initialized',
      status: initialized ? 'True' : 'False',
      since: times.initializedAt ?? created + SECOND,
      ...(initialized
        ? {}
        : {
            reason: 'ContainersNotInitialized',
            message: `containers with incomplete status: [${(times.uninitialized ?? []).join(' ')}]`,
          }),
    },
    { type: 'Ready', status, since: times.since, ...why },
    { type: 'ContainersReady', status, since: times.since, ...why },
    { type: 'PodScheduled', status: 'True', since: created },
  ];
}

/** An Event about a pod, or one of its containers. */
export function podEvent(
  frame: PodFrame,
  event: Omit<EventDraft, 'about' | 'component' | 'count' | 'last'> &
    Partial<EventDraft> & { container?: string; init?: boolean },
): EventDraft {
  const { container, init, ...draft } = event;
  const fieldPath = container ? `spec.${init ? 'initContainers' : 'containers'}{${container}}` : undefined;
  return {
    about: { apiVersion: 'v1', kind: 'Pod', namespace: frame.namespace, name: frame.name, uid: frame.uid, fieldPath },
    component: 'kubelet',
    host: draft.component && draft.component !== 'kubelet' ? undefined : frame.node.name,
    count: 1,
    last: draft.first,
    ...draft,
  };
}

/** The scheduler's word that a pod found a node. */
export function scheduledEvent(frame: PodFrame, at: Millis = frame.created): EventDraft {
  return podEvent(frame, {
    type: 'Normal',
    reason: 'Scheduled',
    message: `Successfully assigned ${frame.namespace}/${frame.name} to ${frame.node.name}`,
    first: at,
    component: 'default-scheduler',
    action: 'Binding',
  });
}

export interface Start {
  readonly first: Millis;
  readonly last?: Millis;
  readonly count?: number;
  readonly init?: boolean;
  /** Stops after the image: the container could not be made. */
  readonly onlyPulled?: boolean;
}

/** Pulled, Created and Started of a container, as often as it was started. */
export function startEvents(frame: PodFrame, container: ContainerJson, start: Start): EventDraft[] {
  const { first, last = first, count = 1, init } = start;
  const base = {
    type: 'Normal' as const,
    container: container.name,
    ...(init ? { init } : {}),
    first: first - SECOND,
    last: last - SECOND,
    count,
  };
  const fresh =
    container['imagePullPolicy'] === 'Always' ||
    frame.scene.random.chance(`fresh/${frame.node.name}/${container.image}`, 0.5);
  const size = frame.scene.random.int(`size/${container.image}`, 18_000_000, 240_000_000);
  const took = frame.scene.random.int(`pull/${frame.uid}`, 400, 2800) / 1000;
  const pulled: EventDraft[] = fresh
    ? [
        podEvent(frame, {
          ...base,
          reason: 'Pulling',
          message: `Pulling image "${container.image}"`,
          count: 1,
          last: base.first,
        }),
        podEvent(frame, {
          ...base,
          reason: 'Pulled',
          message: `Successfully pulled image "${container.image}" in ${took}s (${took}s including waiting). Image size: ${size} bytes.`,
          count: 1,
          last: base.first,
        }),
        ...(count > 1
          ? [
              podEvent(frame, {
                ...base,
                reason: 'Pulled',
                message: `Container image "${container.image}" already present on machine`,
                count: count - 1,
                first: base.first + 10 * SECOND,
              }),
            ]
          : []),
      ]
    : [
        podEvent(frame, {
          ...base,
          reason: 'Pulled',
          message: `Container image "${container.image}" already present on machine`,
        }),
      ];
  if (start.onlyPulled) return pulled;
  return [
    ...pulled,
    podEvent(frame, {
      ...base,
      reason: 'Created',
      message: `Created container${separator(frame)} ${container.name}`,
      first,
      last,
    }),
    podEvent(frame, { ...base, reason: 'Started', message: `Started container ${container.name}`, first, last }),
  ];
}

// Since 1.32 the kubelet writes "Created container: name".
function separator(frame: PodFrame): string {
  return frame.scene.cluster.version >= 'v1.32' ? ':' : '';
}

/** The count an event repeated every `every` seconds reaches: the recorder's token bucket lets 25 through, then one in five minutes. */
export function aggregatedCount(from: Millis, to: Millis, every: number): number {
  const seen = Math.max(1, Math.floor((to - from) / SECOND / every) + 1);
  return seen <= 25 ? seen : 25 + Math.floor((seen - 25) / (300 / every));
}
