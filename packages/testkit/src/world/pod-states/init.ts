import { SECOND } from '@headwater/core/time.ts';
import { lifeLog } from '../log-lines.ts';
import type { PodFrame, PodOutcome, PodState } from '../pod.ts';
import type { ContainerJson } from '../pod-spec.ts';
import { stamp } from '../scene.ts';
import { backoffWaiting, crashRuns } from './crash.ts';
import {
  aggregatedCount,
  conditionsOf,
  containerStatus,
  podEvent,
  scheduledEvent,
  startEvents,
  terminated,
} from './parts.ts';

/** The first init container runs and never ends. */
export function initHanging(options: { readonly says: readonly string[]; readonly everySeconds: number }): PodState {
  return (frame) => {
    const init = firstInit(frame);
    const from = frame.created + 3 * SECOND;
    const lines = lifeLog(frame.scene, {
      key: frame.uid,
      from,
      to: frame.scene.now,
      says: options.says,
      repeatEvery: options.everySeconds * SECOND,
    });
    return {
      ...initializing(
        frame,
        init,
        containerStatus(frame, init, { state: { running: { startedAt: stamp(from) } }, started: true, madeAt: from }),
      ),
      events: [scheduledEvent(frame), ...startEvents(frame, init, { first: from, init: true })],
      logs: [{ container: init.name, lines }],
    };
  };
}

/** The first init container dies again and again. */
export function initCrashing(options: {
  readonly exitCode: number;
  readonly ran: number;
  readonly says: readonly string[];
}): PodState {
  return (frame) => {
    const init = firstInit(frame);
    const first = frame.created + 3 * SECOND;
    const runs = crashRuns(first, frame.scene.now, options);
    const last = runs.findLast(({ to }) => to !== null) ?? { from: first, to: first };
    const end = terminated(frame, init.name, {
      exitCode: options.exitCode,
      reason: 'Error',
      from: last.from,
      to: last.to ?? last.from,
    });
    const backoffFrom = (runs[0]?.to ?? first) + 2 * SECOND;
    const lines = lifeLog(frame.scene, {
      key: `${frame.uid}/${init.name}`,
      from: last.from,
      to: last.to ?? last.from,
      says: options.says,
    });
    return {
      ...initializing(
        frame,
        init,
        containerStatus(frame, init, {
          state: backoffWaiting(frame, init.name, runs.length),
          restarts: runs.length - 1,
          lastState: end,
          madeAt: last.from,
          started: false,
        }),
      ),
      events: [
        scheduledEvent(frame),
        ...startEvents(frame, init, { first, last: runs.at(-1)?.from ?? first, count: runs.length, init: true }),
        podEvent(frame, {
          type: 'Warning',
          reason: 'BackOff',
          message: `Back-off restarting failed container ${init.name} in pod ${frame.name}_${frame.namespace}(${frame.uid})`,
          container: init.name,
          init: true,
          first: backoffFrom,
          last: frame.scene.now - 6 * SECOND,
          count: aggregatedCount(backoffFrom, frame.scene.now, 12),
        }),
      ],
      logs: [
        { container: init.name, lines },
        { container: init.name, previous: true, lines },
      ],
    };
  };
}

function firstInit(frame: PodFrame): ContainerJson {
  const [init] = frame.spec.initContainers ?? [];
  if (!init) throw new Error(`${frame.name} has no init container`);
  return init;
}

function initializing(frame: PodFrame, init: ContainerJson, status: PodOutcome['containers'][number]): PodOutcome {
  const rest = (frame.spec.initContainers ?? []).slice(1);
  const waiting = (container: ContainerJson): PodOutcome['containers'][number] =>
    containerStatus(frame, container, { state: { waiting: { reason: 'PodInitializing' } }, started: false });
  const incomplete = [init, ...rest].map(({ name }) => name);
  return {
    phase: 'Pending',
    scheduled: true,
    accepted: true,
    hasAddress: true,
    ready: false,
    conditions: conditionsOf(frame, {
      ready: false,
      since: frame.created + SECOND,
      initialized: false,
      uninitialized: incomplete,
    }),
    containers: frame.spec.containers.map(waiting),
    initContainers: [status, ...rest.map(waiting)],
    events: [],
    logs: [],
  };
}
