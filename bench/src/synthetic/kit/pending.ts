import { MINUTE, type Millis } from '@headwater/core/time.ts';
import {
  alert,
  deploymentReplicasMismatch,
  deploymentRolloutStuck,
  podNotReady,
  statefulSetReplicasMismatch,
} from '@headwater/testkit/world/alerts.ts';
import type { Application } from '@headwater/testkit/world/application.ts';
import type { NodePlan, Plan, PodPlan, Workload } from '@headwater/testkit/world/plan.ts';
import type { PodSpecJson } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { type RealPod, realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollBack, rollOut, scaleTo, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { refusedCalls } from './refused-calls.ts';

/** A service of the application that pods can be missing of; every seed picks another. */
export function victimOf(app: Application, plan: Plan): Workload {
  return plan.scene.random.pick('victim', [app.orders, app.catalog, app.orders, app.extra]);
}

export interface PendingRollout {
  readonly at: Millis;
  readonly edit: (spec: PodSpecJson) => void;
  readonly state: PodState;
}

/** A rollout whose pods never start: one surge pod beside the old ones, or all of them where the strategy is Recreate. */
export function pendingRollout(plan: Plan, app: Application, { workload, ...rollout }: PendingRollout & On): void {
  const { scene } = plan;
  const recreate = scene.random.chance('recreate', 0.35);
  if (recreate) workload.specExtra['strategy'] = { type: 'Recreate' };
  rollOut(workload, { at: rollout.at, spec: rollout.edit });
  if (scene.repaired) {
    rollBack(workload, scene.repairedAt);
    allPods(workload, running(), { survivor: !recreate });
  } else if (recreate) allPods(workload, rollout.state);
  else stuckRollout(workload, rollout.state, running());
  if (recreate) sufferingCaller(plan, app, { workload, at: rollout.at });
  pendingAlerts(plan, workload, rollout.at);
}

interface On {
  readonly workload: Workload;
}

/** Who calls a workload fails once no pod of it is left; only services with a caller have one. */
export function sufferingCaller(plan: Plan, app: Application, { workload, at }: On & { at: Millis }): void {
  if (workload === app.extra || workload === app.frontend) return;
  refusedCalls(plan, app.frontend, { target: workload, port: app.port, since: at });
}

export interface PendingScaleUp {
  readonly at: Millis;
  readonly from: number;
  readonly to: number;
  /** Pods of `to` that find a node. */
  readonly fit: number;
  readonly state: PodState;
  /** Where the pods that fit run, in turn; default: any node. */
  readonly nodes?: readonly NodePlan[];
}

/** A scale-up that stops halfway because the rest of the pods find no node. */
export function pendingScaleUp(plan: Plan, { workload, ...scale }: PendingScaleUp & On): void {
  const { scene } = plan;
  const { from, to, at } = scale;
  const manager = scene.random.pick('scaler', [
    'kubectl-scale',
    'kubectl-client-side-apply',
    'kube-controller-manager',
  ]);
  workload.progress = 'complete';
  scaleTo(workload, { from, to, at, manager });
  if (scene.repaired) scaleTo(workload, { from: to, to: Math.min(from, scale.fit), at: scene.repairedAt, manager });
  workload.pods = (workload.pods ?? []).map((pod, index): PodPlan => {
    const node = scale.nodes?.[index % scale.nodes.length]?.name;
    return index < scale.fit ? { ...pod, node } : { ...pod, state: scale.state, salt: 'pending' };
  });
  if (scene.repaired) return;
  pendingAlerts(plan, workload, at);
}

/** Pods that were deleted with their node's drain or by hand, and whose successors find no node. */
export function pendingSuccessors(
  plan: Plan,
  app: Application,
  { workload, at, state, node }: On & { at: Millis; state: PodState; node?: NodePlan | undefined },
): void {
  const { scene } = plan;
  workload.progress = 'complete';
  const created = scene.repaired ? scene.repairedAt + 5_000 : at;
  allPods(workload, scene.repaired ? running() : state, { created, node: node?.name });
  sufferingCaller(plan, app, { workload, at });
  pendingAlerts(plan, workload, at);
}

/** Alerts about pods that have been pending since a time, as different teams route them. */
export function pendingAlerts(plan: Plan, workload: Workload, since: Millis): void {
  const { scene } = plan;
  const waiting = realise(plan, workload).pods.filter(({ outcome }) => !outcome.ready);
  const style = scene.random.pick('pending-alerts', ['pods', 'workload', 'both', 'custom']);
  if (style === 'pods' || style === 'both') for (const pod of waiting) podNotReady(plan, pod, since);
  if (style === 'custom') for (const pod of waiting) podNotScheduled(plan, pod, since);
  if (style === 'pods' || style === 'custom') return;
  if (workload.kind === 'StatefulSet') statefulSetReplicasMismatch(plan, workload, since);
  else if (workload.revisions.length > 0 && scene.random.chance('rollout-alert', 0.5))
    deploymentRolloutStuck(plan, workload, since);
  else deploymentReplicasMismatch(plan, workload, since);
}

function podNotScheduled(plan: Plan, pod: RealPod, since: Millis): void {
  alert(plan, {
    alertname: 'KubePodNotScheduled',
    severity: 'warning',
    labels: { namespace: pod.namespace, pod: pod.name, job: 'kube-state-metrics' },
    summary: 'Pod cannot be scheduled.',
    description: `Pod ${pod.namespace}/${pod.name} has been unschedulable for more than 10 minutes.`,
    at: since + 10 * MINUTE,
  });
}
