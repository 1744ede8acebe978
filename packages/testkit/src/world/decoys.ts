import { HOUR, MINUTE, SECOND } from '@headwater/core/time.ts';
import type { Application } from './application.ts';
import type { Bystanders } from './bystanders.ts';
import type { Plan, Workload } from './plan.ts';
import { podEvent } from './pod-states/parts.ts';
import { running } from './pod-states/running.ts';
import type { PodState } from './pod.ts';
import { mainContainer, splitImage } from './pod-spec.ts';
import { rollOut } from './workload.ts';

/** Adds one older, harmless trace of trouble: something that has long recovered. */
export function addDecoy(plan: Plan, app: Application, bystanders: Bystanders): void {
  const { random } = plan.scene;
  const decoys = [recoveredRestart, readinessBlip, pastRollout, slowMount, lateSchedule];
  random.pick('decoy', decoys)(plan, random.pick('decoy-target', [app.extra, app.extra, bystanders.other]));
  if (random.chance('cordoned-control-plane', 0.5)) {
    for (const node of plan.nodes) if (node.controlPlane) node.unschedulable = true;
  }
}

function ago(plan: Plan, minutes: number): number {
  return plan.scene.around('decoy', minutes);
}

// A pod that died once and has been well since.
function recoveredRestart(plan: Plan, target: Workload): void {
  const oom = plan.scene.random.chance('decoy-oom', 0.5);
  target.pods = [
    {
      revision: 'current',
      state: running({
        restarted: { at: ago(plan, 53), exitCode: oom ? 137 : 1, reason: oom ? 'OOMKilled' : 'Error' },
      }),
    },
  ];
}

function withEvent(state: PodState, event: (frame: Parameters<PodState>[0]) => ReturnType<typeof podEvent>): PodState {
  return (frame) => {
    const outcome = state(frame);
    return { ...outcome, events: [...outcome.events, event(frame)] };
  };
}

// A readiness probe that failed twice and recovered.
function readinessBlip(plan: Plan, target: Workload): void {
  const at = ago(plan, 48);
  const blip = withEvent(running(), (frame) =>
    podEvent(frame, {
      type: 'Warning',
      reason: 'Unhealthy',
      message: `Readiness probe failed: Get "http://${frame.ip}:8080/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      container: mainContainer(frame.spec).name,
      first: at,
      last: at + 10 * SECOND,
      count: 2,
    }),
  );
  target.pods = [{ revision: 'current', state: blip }];
}

// A rollout hours ago that went well.
function pastRollout(plan: Plan, target: Workload): void {
  const at = plan.scene.zero - plan.scene.random.int('decoy-rollout', 3, 20) * HOUR - 13 * MINUTE;
  rollOut(target, {
    at,
    spec: (spec) => {
      const main = mainContainer(spec);
      const { name } = splitImage(main.image);
      main.image = `${name}:v9.${plan.scene.random.int('decoy-tag', 0, 9)}.0`;
    },
  });
}

// A ConfigMap that was created a moment after the pod that mounts it.
function slowMount(plan: Plan, target: Workload): void {
  const at = ago(plan, 51);
  const raced = withEvent(running(), (frame) =>
    podEvent(frame, {
      type: 'Warning',
      reason: 'FailedMount',
      message: `MountVolume.SetUp failed for volume "kube-api-access-${frame.scene.random.suffix(`token/${frame.uid}`, 5)}" : failed to sync configmap cache: timed out waiting for the condition`,
      first: at + SECOND,
    }),
  );
  target.pods = [{ revision: 'current', state: raced, created: at }];
}

// A pod that had to wait for a node once.
function lateSchedule(plan: Plan, target: Workload): void {
  const at = ago(plan, 50);
  const nodes = plan.nodes.length;
  const waited = withEvent(running(), (frame) =>
    podEvent(frame, {
      type: 'Warning',
      reason: 'FailedScheduling',
      message: `0/${nodes} nodes are available: ${nodes} Insufficient cpu. preemption: 0/${nodes} nodes are available: ${nodes} No preemption victims found for incoming pod.`,
      component: 'default-scheduler',
      action: 'Scheduling',
      first: at,
    }),
  );
  target.pods = [{ revision: 'current', state: waited, created: at }];
}
