import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { EventDraft } from '../events.ts';
import { lifeLog } from '../log-lines.ts';
import type { ContainerLog } from '../plan.ts';
import type { PodFrame, PodOutcome, PodState } from '../pod.ts';
import { type ContainerJson, mainContainer } from '../pod-spec.ts';
import { stamp } from '../scene.ts';
import {
  aggregatedCount,
  conditionsOf,
  containerStatus,
  firstStart,
  podEvent,
  scheduledEvent,
  startEvents,
  terminated,
} from './parts.ts';
import { fill, finishedInit } from './running.ts';

export interface CrashOptions {
  readonly exitCode: number;
  /** Default `Error`. */
  readonly reason?: string;
  readonly message?: string;
  readonly signal?: number;
  /** Seconds one instance lives. */
  readonly ran: number;
  /** When the crashes began; before that the container ran. Default: from its first start. */
  readonly since?: Millis;
  readonly container?: string;
  /** What every instance prints, spread over its life; `{time}` is the line's own time. */
  readonly says?: readonly string[];
  /** Why the kubelet killed each instance, when it did: the probe's words. */
  readonly liveness?: string;
  /** What the kubelet says when it cannot start the container at all. */
  readonly startError?: string;
}

interface Run {
  readonly from: Millis;
  /** Null while it runs. */
  readonly to: Millis | null;
}

// The kubelet restarts at once after the first crash, then doubles the back-off from ten seconds to five minutes.
function backoffSeconds(crashes: number): number {
  return crashes <= 1 ? 1 : Math.min(300, 10 * 2 ** (crashes - 2));
}

/** The instances of a container that dies `ran` seconds after each start, up to now. */
export function crashRuns(
  first: Millis,
  now: Millis,
  options: { readonly ran: number; readonly since?: Millis | undefined },
): Run[] {
  const runs: Run[] = [];
  let from = first;
  while (from <= now && runs.length < 60) {
    const to = runs.length === 0 && options.since !== undefined ? options.since : from + options.ran * SECOND;
    runs.push({ from, to: to > now ? null : to });
    from = to + backoffSeconds(runs.length) * SECOND;
  }
  return runs;
}

/** Starts, dies, and waits longer each time. */
export function crashLooping(options: CrashOptions): PodState {
  return (frame) => {
    const container = containerNamed(frame, options.container);
    const runs = crashRuns(firstStart(frame), frame.scene.now, options);
    const current = runs.at(-1);
    const last = runs.findLast(({ to }) => to !== null);
    if (!current || !last) throw new Error(`${frame.name} has not crashed yet at ${stamp(frame.scene.now)}`);
    const restarts = runs.length - 1;
    const alive = current.to === null && !options.startError;
    const ready = alive && frame.scene.now - current.from > 20 * SECOND;
    return {
      phase: 'Running',
      scheduled: true,
      accepted: true,
      hasAddress: true,
      ready,
      conditions: conditionsOf(frame, {
        ready,
        since: ready ? current.from : (last.to ?? current.from),
        unready: [container.name],
      }),
      containers: frame.spec.containers.map((other) =>
        other.name === container.name
          ? crashedStatus(frame, container, { options, current, last, restarts, alive, ready })
          : containerStatus(frame, other, {
              ready: true,
              state: { running: { startedAt: stamp(firstStart(frame)) } },
              madeAt: firstStart(frame),
            }),
      ),
      initContainers: finishedInit(frame),
      events: crashEvents(frame, container, { options, runs }),
      logs: crashLogs(frame, container, { options, runs }),
    };
  };
}

function containerNamed(frame: PodFrame, name: string | undefined): ContainerJson {
  return frame.spec.containers.find((container) => container.name === name) ?? mainContainer(frame.spec);
}

interface Crash {
  readonly options: CrashOptions;
  readonly current: Run;
  readonly last: Run;
  readonly restarts: number;
  readonly alive: boolean;
  readonly ready: boolean;
}

function crashedStatus(frame: PodFrame, container: ContainerJson, crash: Crash): PodOutcome['containers'][number] {
  const { options, current, last, restarts } = crash;
  const end = terminated(frame, container.name, {
    exitCode: options.exitCode,
    reason: options.reason ?? 'Error',
    from: last.from,
    to: last.to ?? last.from,
    signal: options.signal,
    message: options.message ?? options.startError,
  });
  if (crash.alive) {
    const state = { running: { startedAt: stamp(current.from) } };
    return containerStatus(frame, container, {
      state,
      ready: crash.ready,
      started: true,
      restarts,
      lastState: end,
      madeAt: current.from,
    });
  }
  const waiting = backoffWaiting(frame, container.name, restarts + 1);
  return containerStatus(frame, container, {
    state: waiting,
    restarts,
    lastState: end,
    madeAt: last.from,
    started: false,
  });
}

/** `waiting` of a container after so many crashes. */
export function backoffWaiting(
  frame: PodFrame,
  container: string,
  crashes: number,
): { waiting: { message: string; reason: string } } {
  const delay = Math.max(10, backoffSeconds(crashes));
  const text = delay >= 60 ? `${Math.floor(delay / 60)}m${delay % 60}s` : `${delay}s`;
  return {
    waiting: {
      message: `back-off ${text} restarting failed container=${container} pod=${frame.name}_${frame.namespace}(${frame.uid})`,
      reason: 'CrashLoopBackOff',
    },
  };
}

function crashEvents(
  frame: PodFrame,
  container: ContainerJson,
  crash: { options: CrashOptions; runs: readonly Run[] },
): EventDraft[] {
  const { options, runs } = crash;
  const first = runs[0]?.from ?? frame.created;
  const lastStart = runs.at(-1)?.from ?? first;
  const firstEnd = runs[0]?.to ?? first;
  const lastEnd = runs.findLast(({ to }) => to !== null)?.to ?? firstEnd;
  const name = container.name;
  const counts = { first, last: lastStart, count: runs.length };
  const starts = options.startError
    ? startEvents(frame, container, counts).filter(({ reason }) => reason !== 'Started')
    : startEvents(frame, container, counts);
  const others = frame.spec.containers
    .filter((other) => other.name !== name)
    .flatMap((other) => startEvents(frame, other, { first }));
  const events = [scheduledEvent(frame), ...others, ...starts];
  if (options.startError)
    events.push(
      podEvent(frame, {
        type: 'Warning',
        reason: 'Failed',
        message: `Error: ${options.startError}`,
        container: name,
        ...counts,
      }),
    );
  if (options.liveness)
    events.push(
      ...livenessEvents(frame, container, {
        words: options.liveness,
        ends: runs.flatMap(({ to }) => (to === null ? [] : [to])),
      }),
    );
  const backoffFrom = firstEnd + 2 * SECOND;
  events.push(
    podEvent(frame, {
      type: 'Warning',
      reason: 'BackOff',
      message: `Back-off restarting failed container ${name} in pod ${frame.name}_${frame.namespace}(${frame.uid})`,
      container: name,
      first: backoffFrom,
      last: Math.max(lastEnd + 2 * SECOND, Math.min(frame.scene.now, backoffFrom)),
      count: aggregatedCount(backoffFrom, frame.scene.now, 12),
    }),
  );
  return events;
}

function livenessEvents(
  frame: PodFrame,
  container: ContainerJson,
  kills: { words: string; ends: readonly Millis[] },
): EventDraft[] {
  const { periodSeconds: period = 10, failureThreshold: threshold = 3 } = container.livenessProbe ?? {};
  const first = (kills.ends[0] ?? frame.created) - period * (threshold - 1) * SECOND;
  const last = kills.ends.at(-1) ?? first;
  const base = { container: container.name, first, last };
  return [
    podEvent(frame, {
      ...base,
      type: 'Warning',
      reason: 'Unhealthy',
      message: `Liveness probe failed: ${fill(kills.words, frame)}`,
      count: kills.ends.length * threshold,
    }),
    podEvent(frame, {
      ...base,
      type: 'Normal',
      reason: 'Killing',
      message: `Container ${container.name} failed liveness probe, will be restarted`,
      first: kills.ends[0] ?? first,
      count: kills.ends.length,
    }),
  ];
}

function crashLogs(
  frame: PodFrame,
  container: ContainerJson,
  crash: { options: CrashOptions; runs: readonly Run[] },
): ContainerLog[] {
  const { options, runs } = crash;
  if (!options.says || options.startError) return [];
  const ended = runs.filter(({ to }) => to !== null).at(-1);
  const current = runs.at(-1);
  const lines = (run: Run): readonly string[] =>
    lifeLog(frame.scene, {
      key: `${frame.uid}/${container.name}`,
      from: run.from,
      to: run.to ?? frame.scene.now,
      fullLife: options.ran * SECOND,
      says: options.says ?? [],
    });
  const logs: ContainerLog[] = [];
  if (current) logs.push({ container: container.name, lines: lines(current) });
  if (ended) logs.push({ container: container.name, previous: true, lines: lines(ended) });
  return logs;
}
