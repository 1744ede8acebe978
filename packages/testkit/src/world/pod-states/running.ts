import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { EventDraft } from '../events.ts';
import type { ContainerLog } from '../plan.ts';
import type { PodFrame, PodState } from '../pod.ts';
import { mainContainer } from '../pod-spec.ts';
import { stamp } from '../scene.ts';
import {
  conditionsOf,
  containerStatus,
  firstStart,
  podEvent,
  scheduledEvent,
  startEvents,
  terminated,
} from './parts.ts';

export interface Restart {
  readonly at: Millis;
  readonly exitCode: number;
  readonly reason: string;
  readonly restarts?: number;
}

export interface RunningOptions {
  /** A restart it has recovered from. */
  readonly restarted?: Restart;
  /** Seconds from start to the first successful readiness probe. */
  readonly readyAfter?: number;
}

/** Healthy: every container runs and is ready. */
export function running(options: RunningOptions = {}): PodState {
  return (frame) => {
    const { restarted } = options;
    const started = firstStart(frame);
    const current = restarted ? restarted.at + 2 * SECOND : started;
    const readyAt = current + (options.readyAfter ?? frame.scene.random.int(`ready/${frame.uid}`, 4, 12)) * SECOND;
    const main = mainContainer(frame.spec);
    return {
      phase: 'Running',
      scheduled: true,
      accepted: true,
      hasAddress: true,
      ready: true,
      conditions: conditionsOf(frame, { ready: true, since: readyAt, initializedAt: started - SECOND }),
      containers: frame.spec.containers.map((container) =>
        containerStatus(frame, container, {
          ready: true,
          state: { running: { startedAt: stamp(container === main ? current : started) } },
          madeAt: container === main ? current : started,
          ...(restarted && container === main
            ? {
                restarts: restarted.restarts ?? 1,
                lastState: terminated(frame, main.name, {
                  exitCode: restarted.exitCode,
                  reason: restarted.reason,
                  from: started,
                  to: restarted.at,
                }),
              }
            : {}),
        }),
      ),
      initContainers: finishedInit(frame),
      events: startedEvents(frame, started),
      logs: [],
    };
  };
}

/** Statuses of init containers that did their work. */
export function finishedInit(frame: PodFrame): ReturnType<typeof containerStatus>[] | undefined {
  return frame.spec.initContainers?.map((container) => {
    const from = frame.created + 2 * SECOND;
    const end = { exitCode: 0, reason: 'Completed', from, to: from + SECOND };
    return containerStatus(frame, container, {
      state: terminated(frame, container.name, end),
      ready: true,
      started: false,
      madeAt: from,
    });
  });
}

/** Scheduled, and the start of each container. */
export function startedEvents(frame: PodFrame, started: Millis): EventDraft[] {
  return [
    scheduledEvent(frame),
    ...(frame.spec.initContainers ?? []).flatMap((container) =>
      startEvents(frame, container, { first: frame.created + 2 * SECOND, init: true }),
    ),
    ...frame.spec.containers.flatMap((container) => startEvents(frame, container, { first: started })),
  ];
}

export interface NotReadyOptions {
  /** What the kubelet says of the probe, after `Readiness probe failed: `. */
  readonly probe: string;
  /** When it stopped being ready; default: it never was. */
  readonly since?: Millis;
  readonly container?: string;
  readonly logs?: readonly ContainerLog[];
}

/** Runs, but the readiness probe fails. */
export function notReady(options: NotReadyOptions): PodState {
  return (frame) => {
    const started = firstStart(frame);
    const main = options.container ?? mainContainer(frame.spec).name;
    const since = options.since ?? started;
    const failing = frame.spec.containers.find(({ name }) => name === main);
    const period = failing?.readinessProbe?.periodSeconds ?? 10;
    const first = since + (failing?.readinessProbe?.initialDelaySeconds ?? 0) * SECOND + period * SECOND;
    const count = Math.max(1, Math.floor((frame.scene.now - first) / SECOND / period));
    return {
      phase: 'Running',
      scheduled: true,
      accepted: true,
      hasAddress: true,
      ready: false,
      conditions: conditionsOf(frame, {
        ready: false,
        since: options.since ?? frame.created + SECOND,
        unready: [main],
      }),
      containers: frame.spec.containers.map((container) =>
        containerStatus(frame, container, {
          ready: container.name !== main,
          started: true,
          state: { running: { startedAt: stamp(started) } },
          madeAt: started,
        }),
      ),
      initContainers: finishedInit(frame),
      events: [
        ...startedEvents(frame, started),
        podEvent(frame, {
          type: 'Warning',
          reason: 'Unhealthy',
          message: `Readiness probe failed: ${fill(options.probe, frame)}`,
          container: main,
          first,
          last: first + (count - 1) * period * SECOND,
          count,
        }),
      ],
      logs: options.logs ?? [],
    };
  };
}

/** `{ip}`, `{pod}` and the like in a message the kubelet writes. */
export function fill(message: string, frame: PodFrame): string {
  return message
    .replaceAll('{ip}', frame.ip)
    .replaceAll('{pod}', frame.name)
    .replaceAll('{namespace}', frame.namespace)
    .replaceAll('{node}', frame.node.name)
    .replaceAll('{uid}', frame.uid);
}
