import type { Millis } from '@headwater/core/time.ts';
import {
  containerWaiting,
  deploymentReplicasMismatch,
  deploymentRolloutStuck,
  podCrashLooping,
  podNotReady,
} from '@headwater/testkit/world/alerts.ts';
import type { Application } from '@headwater/testkit/world/application.ts';
import type { Plan, PodPlan, Workload } from '@headwater/testkit/world/plan.ts';
import type { PodSpecJson } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';

/** The services a fault may happen to without changing what it is. */
export const VICTIMS = ['frontend', 'orders', 'catalog'] as const;
export type Victim = (typeof VICTIMS)[number];

/** The part of the application a seed breaks. */
export function victimRole(scene: Scene): Victim {
  return scene.random.pick('victim', VICTIMS);
}

/** Its workload. */
export function victimOf(scene: Scene, app: Application): Workload {
  return app[victimRole(scene)];
}

/** What the ground truth calls it. */
export function victimDeployment(scene: Scene): { kind: string; namespace: string; name: string } {
  return { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast[victimRole(scene)] };
}

export interface BrokenRelease {
  readonly at: Millis;
  readonly spec: (spec: PodSpecJson) => void;
  /** What becomes of the new revision's pods. */
  readonly state: PodState;
  readonly manager?: string;
  readonly pod?: Partial<PodPlan>;
  /** Every pod is replaced; otherwise the rollout stops at its first pod. */
  readonly through?: boolean;
  /** Which alert the pod itself raises, if any. */
  readonly alert: 'crash' | 'not-ready' | { readonly waiting: string };
}

/** A change of a workload's template that its pods do not survive; in the repaired world it was rolled back. */
export function brokenRelease(plan: Plan, workload: Workload, release: BrokenRelease): void {
  const { scene } = plan;
  const { at, spec, manager } = release;
  rollOut(workload, { at, spec, ...(manager ? { manager } : {}) });
  if (scene.repaired) {
    rollBack(workload, scene.repairedAt);
    if (!release.through) allPods(workload, running(), { survivor: true });
    return;
  }
  if (release.through) {
    workload.progress = 'complete';
    allPods(workload, release.state, release.pod);
  } else stuckRollout(workload, release.state, running(), release.pod);
  raise(plan, workload, release);
}

// A cluster rarely pages for all of them at once: which rules a team has differs.
function raise(plan: Plan, workload: Workload, { at, alert, through }: BrokenRelease): void {
  const { scene } = plan;
  const pods = realise(plan, workload).pods;
  const broken = through ? pods : pods.slice(-1);
  const only = scene.random.pick('alerts', ['pods', 'workload', 'both']);
  if (only !== 'workload')
    for (const pod of broken) {
      if (alert === 'crash') podCrashLooping(plan, pod, at);
      else if (alert === 'not-ready') podNotReady(plan, pod, at);
      else containerWaiting(plan, pod, alert.waiting);
    }
  if (only === 'pods') return;
  if (through) deploymentReplicasMismatch(plan, workload, at);
  else deploymentRolloutStuck(plan, workload, at);
}
