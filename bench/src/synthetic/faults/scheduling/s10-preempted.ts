import { SECOND } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { metadata, uidOf } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { container, mainContainer, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { type RealPod, realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { revisionsOf } from '@headwater/testkit/world/workload-names.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingSuccessors } from '../../kit/pending.ts';

export const fault: Fault = {
  code: 'S10',
  name: 'priority preemption',
  lookAlikes: ['S02', 'P17', 'N04'],
  scenario: {
    slug: 'synthetic-preempted',
    title: 'A service lost its pods within a minute and gets no new ones',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders } = app;
      const at = scene.around('preempted', 27);
      orders.spec = structuredClone(orders.spec);
      const { resources } = mainContainer(orders.spec);
      resources.requests = { ...resources.requests, memory: '3Gi' };
      resources.limits = { ...resources.limits, memory: '3Gi' };
      const state = unschedulableOn(plan, () => ({ words: 'Insufficient memory', preemptable: true }));
      const preemptor = scene.repaired ? undefined : addPreemptor(plan, at - 20 * SECOND);
      pendingSuccessors(plan, app, { workload: orders, at, state });
      for (const [index, pod] of (preemptor ? realise(plan, preemptor).pods : []).entries())
        if (index < orders.replicas) noteVictim(plan, orders, { pod, at, index });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: scene.cast.otherNamespace, name: nameOf(scene) },
          { kind: 'PriorityClass', name: classOf(scene) },
        ],
        category: ['preempted'],
        keywords: [[nameOf(scene)], ['priority', 'Preempted']],
        not: [{ kind: 'Node' }, { category: 'insufficient-memory' }, { category: 'eviction-pressure' }],
      }),
  },
};

function nameOf(scene: Scene): string {
  return scene.random.pick('preemptor', ['model-training', 'ranking-batch', 'backfill', 'simulation']);
}

function classOf(scene: Scene): string {
  return scene.random.pick('class', ['business-critical', 'high-priority', 'urgent-batch']);
}

function addPreemptor(plan: Plan, at: number): Workload {
  const { scene } = plan;
  const { cast } = scene;
  const priority = scene.random.pick('priority', [1_000_000, 100_000, 900_000_000]);
  plan.objects.push(
    object(
      scene,
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', name: classOf(scene) },
      { created: scene.random.chance('old-class', 0.5) ? daysBefore(scene, 40) : at - 120 * SECOND },
      { description: 'Runs first.', globalDefault: false, preemptionPolicy: 'PreemptLowerPriority', value: priority },
    ),
  );
  const name = nameOf(scene);
  const main = container(name, {
    image: `${cast.registry}/${name}:2.${scene.random.int('preemptor-tag', 0, 30)}`,
    requests: { cpu: '1', memory: '11Gi' },
    limits: { memory: '11Gi' },
  });
  const workload = addWorkload(plan, cast.otherNamespace, name, {
    replicas: plan.nodes.filter(({ controlPlane }) => !controlPlane).length,
    spec: podSpec([main], { priority, priorityClassName: classOf(scene) }),
  });
  Object.assign(workload, { created: at, changedAt: at });
  return workload;
}

// The victim's object is gone; what the scheduler and its kubelet said of it is kept.
function noteVictim(
  plan: Plan,
  victim: Workload,
  { pod, at, index }: { pod: RealPod; at: number; index: number },
): void {
  const { scene } = plan;
  const hash = revisionsOf(victim).at(-1)?.hash ?? '';
  const name = `${victim.name}-${hash}-${scene.random.suffix(`victim/${index}`, 5)}`;
  const identity = { apiVersion: 'v1', kind: 'Pod', namespace: victim.namespace, name };
  const { uid } = metadata(scene, identity, { created: victim.created });
  const preemptorUid = uidOf(scene, { ...identity, namespace: pod.namespace, name: pod.name }, pod.frame.created);
  const base = {
    about: { ...identity, uid },
    type: 'Normal' as const,
    count: 1,
    first: at - 8 * SECOND,
    last: at - 8 * SECOND,
  };
  const node = pod.frame.node.name;
  plan.events.push(
    {
      ...base,
      reason: 'Preempted',
      message: `Preempted by pod ${preemptorUid} on node ${node}`,
      component: 'default-scheduler',
      action: 'Preempting',
    },
    {
      ...base,
      reason: 'Killing',
      message: `Stopping container ${mainContainer(victim.spec).name}`,
      component: 'kubelet',
      host: node,
    },
  );
}
