import type { Millis } from '@headwater/core/time.ts';
import type { LogStream } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Death, isSuperseded, lastDeath } from './container-death.ts';
import { isWithin, RECENT } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isOnDownNode } from './node-pods.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from './pods.ts';

/**
 * What a container's log is evidence of now. `crash`: the container keeps ending, and this is what it said before.
 * `unready`: it runs but is not ready. `running`: it is ready, so only failures that go on up to now mean anything.
 */
export type LogMode = 'crash' | 'unready' | 'running';

/** A log to be read for the present state of a container. */
export interface LogScene {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly stream: LogStream;
  readonly mode: LogMode;
  /** How the container last ended; null when it is not in a crash loop or its status does not say. */
  readonly death: Death | null;
}

/** Every log of the snapshot that says something about the present, in Pod order. */
export const logScenes = perSnapshot((snapshot: Snapshot): readonly LogScene[] => {
  const pods = new Map<string, PodObject>();
  for (const { namespace, pod: name } of snapshot.logs.all) {
    const pod = snapshot.objects.get('Pod', namespace, name);
    if (pod && !isGone(pod) && !isOnDownNode(snapshot, pod) && !isSuperseded(snapshot, pod))
      pods.set(`${namespace}/${name}`, pod);
  }
  return [...pods.values()].flatMap((pod) => containersOf(pod).flatMap((view) => scenesOf(snapshot, pod, view)));
});

function scenesOf(snapshot: Snapshot, pod: PodObject, view: ContainerView): LogScene[] {
  const stream = (previous: boolean): LogStream | undefined =>
    snapshot.logs.get(pod.metadata.namespace ?? '', pod.metadata.name, view.name, previous);
  const death = lastDeath(view);
  const base = { pod, view, death };
  if (isCrashLooping(snapshot, view, death)) {
    const runs = Boolean(view.status?.state?.running);
    const told = runs ? (stream(true) ?? stream(false)) : undefined;
    const streams = runs ? [told] : [stream(false), stream(true)];
    return streams.flatMap((found) => (found ? [{ ...base, stream: found, mode: 'crash' as const }] : []));
  }
  const current = stream(false);
  if (!current || isFinishedInit(view)) return [];
  return [{ ...base, death: null, stream: current, mode: view.status?.ready === false ? 'unready' : 'running' }];
}

/** Whether a container is in a loop of ends and restarts now; one crash it has recovered from is none. */
export function isCrashLooping(snapshot: Snapshot, { status }: ContainerView, death: Death | null): boolean {
  if (status?.state?.waiting?.reason === 'CrashLoopBackOff') return true;
  if (!death) return false;
  if (death.down) return true;
  const restarts = status?.restartCount ?? 0;
  const at: Millis | null = death.at;
  if (status?.ready === true) return restarts >= 3 && isWithin(snapshot, at, RECENT);
  return restarts >= 1 && (at === null || isWithin(snapshot, at, RECENT));
}

function isFinishedInit({ init, status }: ContainerView): boolean {
  return init && status?.state?.terminated?.exitCode === 0;
}
