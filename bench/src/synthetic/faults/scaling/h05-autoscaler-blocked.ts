import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { logLine } from '@headwater/testkit/world/log-lines.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Plan, PodPlan, Workload } from '@headwater/testkit/world/plan.ts';
import { container, mainContainer, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { podEvent } from '@headwater/testkit/world/pod-states/parts.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingScaleUp } from '../../kit/pending.ts';

const REFUSALS = [
  'Failed to increase node group size: VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to',
  'error while waiting for operation: QUOTA_EXCEEDED: Instance creation failed: Quota CPUS exceeded. Limit: 24.0 in region europe-west1',
  'Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient m6i.xlarge capacity in the Availability Zone you requested',
];

export const fault: Fault = {
  code: 'H05',
  name: 'cluster autoscaler cannot add nodes',
  lookAlikes: ['S01', 'S03', 'S04', 'S05'],
  scenario: {
    slug: 'synthetic-autoscaler-blocked',
    title: 'Pods wait for a node and no node comes',
    families: ['autoscaling', 'scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders } = app;
      const at = scene.around('scaled', 26);
      const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane).length;
      orders.spec = structuredClone(orders.spec);
      const { resources } = mainContainer(orders.spec);
      resources.requests = { ...resources.requests, cpu: '1500m' };
      resources.limits = { ...resources.limits, cpu: '2' };
      const state = unschedulableOn(plan, () => ({ words: 'Insufficient cpu', preemptable: true }));
      const fit = workers * 2;
      const to = fit + scene.random.int('beyond', 1, 3);
      const scaler = addAutoscaler(plan, at);
      pendingScaleUp(plan, { workload: orders, at, from: 2, to, fit, state: refused(plan, state) });
      if (!scene.repaired) noteRefusal(plan, scaler, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'kube-system', name: 'cluster-autoscaler' },
          { kind: 'ConfigMap', namespace: 'kube-system', name: 'cluster-autoscaler-status' },
          { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
        ],
        category: ['autoscaler-blocked'],
        keywords: [
          atMaximum(scene)
            ? ['max node group size reached', 'max size reached', 'maximum']
            : ['vCPU', 'Quota', 'quota', 'InsufficientInstanceCapacity'],
        ],
        not: [{ category: 'insufficient-cpu' }, { category: 'node-selector-mismatch' }, { kind: 'Node' }],
      }),
  },
};

function atMaximum(scene: Scene): boolean {
  return scene.random.chance('at-maximum', 0.5);
}

function refusalOf(scene: Scene): string {
  return scene.random.pick('refusal', REFUSALS);
}

// What the autoscaler says of each pod it cannot help.
function refused(plan: Plan, state: PodState): PodState {
  return (frame) => {
    const outcome = state(frame);
    const groups = plan.scene.random.int('groups', 1, 3);
    const why = atMaximum(plan.scene)
      ? `${groups} max node group size reached`
      : `${groups} in backoff after failed scale-up`;
    const note = podEvent(frame, {
      type: 'Normal',
      reason: 'NotTriggerScaleUp',
      message: `pod didn't trigger scale-up: ${why}`,
      component: 'cluster-autoscaler',
      first: frame.created + 11 * SECOND,
      last: frame.scene.now - 14 * SECOND,
      count: Math.max(2, Math.floor((frame.scene.now - frame.created) / (2 * MINUTE))),
    });
    return { ...outcome, events: [...outcome.events, note] };
  };
}

function addAutoscaler(plan: Plan, at: number): Workload {
  const { scene } = plan;
  const main = container('cluster-autoscaler', {
    image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0',
    args: ['--cloud-provider=aws', '--nodes=2:4:workers', '--expander=least-waste'],
    requests: { cpu: '100m', memory: '300Mi' },
  });
  const scaler = addWorkload(plan, 'kube-system', 'cluster-autoscaler', {
    labels: { app: 'cluster-autoscaler' },
    spec: podSpec([main]),
  });
  if (scene.repaired) return scaler;
  const words = atMaximum(scene)
    ? 'I scale_up.go:93] Skipping node group workers - max size reached'
    : `E orchestrator.go:449] Scale-up failed for group workers: ${refusalOf(scene)}`;
  const lines = (pod: { name: string; from: number; to: number }): string[] => {
    const times: number[] = [];
    for (let time = at + 20_000; time < pod.to - 2_000; time += 2 * MINUTE) times.push(time);
    return times.map((time) => logLine(scene, pod.name, { time }, words));
  };
  const plans: PodPlan[] = [
    { revision: 'current', state: running(), logs: (pod) => [{ container: 'cluster-autoscaler', lines: lines(pod) }] },
  ];
  scaler.pods = plans;
  return scaler;
}

function noteRefusal(plan: Plan, scaler: Workload, at: number): void {
  const { scene } = plan;
  const name = 'cluster-autoscaler-status';
  const status = object(
    scene,
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: scaler.namespace, name },
    { created: daysBefore(scene, 30), changed: scene.now - 9 * SECOND },
    {
      data: {
        status: `autoscalerStatus: Running\nnodeGroups:\n- name: workers\n  scaleUp:\n    status: ${atMaximum(scene) ? 'NoActivity' : 'Backoff'}\n`,
      },
    },
  );
  plan.objects.push(status);
  if (atMaximum(scene)) return;
  plan.events.push({
    about: { apiVersion: 'v1', kind: 'ConfigMap', namespace: scaler.namespace, name, uid: status.metadata.uid },
    type: 'Warning',
    reason: 'FailedToScaleUpGroup',
    message: `Scale-up failed for group workers: ${refusalOf(scene)}`,
    component: 'cluster-autoscaler',
    count: 4,
    first: at + 25_000,
    last: scene.before(3),
  });
}
