import { SECOND } from '@headwater/core/time.ts';
import { metadata, uidOf } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { container, mainContainer, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { unschedulable } from '@headwater/testkit/world/pod-states/pending.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, addWorkload } from '@headwater/testkit/world/workload.ts';
import { revisionsOf } from '@headwater/testkit/world/workload-names.ts';
import type { Component } from '../applications/application.ts';
import type { Stage } from '../stage.ts';
import { type Case, groupOf, type Mechanism, says } from './mechanism.ts';

const PRIORITY = 1_000_000;

/** A workload of higher priority takes the room of another. */
export const preemption: Mechanism = {
  name: 'preemption',
  fits: (input) =>
    says(input, /preempt|priority.?class|high(?:er)?.priority/) || groupOf(input, /^PriorityClass$/) !== undefined,
  apply(input) {
    const { stage } = input;
    const suffering = sufferers(input);
    const newcomer = input.roots
      .flatMap((root) => stage.cast.componentOf(root) ?? [])
      .find((one) => !suffering.has(one));
    const [victim] = [...suffering, ...input.named].filter((one) => one !== newcomer);
    if (!victim) return;
    const workload = stage.workload(victim);
    const nodes = stage.plan.nodes.length;
    const by = preemptorOf(input, newcomer);
    const state = unschedulable({
      nodes,
      why: `${nodes} Insufficient memory.`,
      preemption: 'No preemption victims found for incoming pod.',
    });
    allPods(workload, state, { created: stage.at });
    stage.victims.add(victim.name);
    stage.unreachable.add(victim.name);
    noteEviction(stage, workload, by);
  },
};

function sufferers({ stage }: Case): ReadonlySet<Component> {
  const { truth, cast } = stage;
  const of = (wanted: RegExp): Component[] =>
    truth.alerts
      .filter(({ name }) => wanted.test(name))
      .flatMap(({ group }) => truth.groups.find(({ id }) => id === group) ?? [])
      .flatMap((group) => cast.componentOf(group) ?? []);
  return new Set([...of(/^Kube/), ...of(/^No/)]);
}

/** Whose Pods took the room; null when the truth speaks of nobody but the victim. */
function preemptorOf(input: Case, newcomer: Component | undefined): Workload | null {
  const { stage } = input;
  const { plan } = stage;
  const group = groupOf(input, /^PriorityClass$/);
  if (!newcomer && !group) return null;
  const className = group ? stage.cast.nameOf(group) : 'high-priority';
  plan.objects.push(
    object(
      stage.scene,
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', name: className },
      { created: stage.at - 120 * SECOND },
      { globalDefault: false, preemptionPolicy: 'PreemptLowerPriority', value: PRIORITY },
    ),
  );
  const spec = podSpec(
    [container('main', { image: 'registry.example/batch:1.0.0', requests: { cpu: '1', memory: '11Gi' } })],
    { priority: PRIORITY, priorityClassName: className },
  );
  const workload = newcomer ? stage.workload(newcomer) : addWorkload(plan, stage.namespace, 'urgent-batch', { spec });
  if (newcomer) {
    Object.assign(workload.spec, { priority: PRIORITY, priorityClassName: className });
    mainContainer(workload.spec).resources = { requests: { cpu: '1', memory: '11Gi' } };
  }
  const since = stage.at - 20 * SECOND;
  Object.assign(workload, { created: since, changedAt: since });
  return workload;
}

function noteEviction({ plan, scene, at }: Stage, victim: Workload, by: Workload | null): void {
  const hash = revisionsOf(victim).at(-1)?.hash ?? '';
  const name = `${victim.name}-${hash}-${scene.random.suffix(`victim/${victim.name}`, 5)}`;
  const identity = { apiVersion: 'v1', kind: 'Pod', namespace: victim.namespace, name };
  const { uid } = metadata(scene, identity, { created: victim.created });
  const [pod] = by ? realise(plan, by).pods : [];
  const node = pod?.frame.node.name ?? plan.nodes[0]?.name ?? '';
  const winner = pod
    ? `pod ${uidOf(scene, { ...identity, namespace: pod.namespace, name: pod.name }, pod.frame.created)}`
    : 'a pod';
  const last = at - 8 * SECOND;
  plan.events.push({
    about: { ...identity, uid },
    type: 'Normal',
    reason: 'Preempted',
    message: `Preempted by ${winner} on node ${node}`,
    component: 'default-scheduler',
    action: 'Preempting',
    count: 1,
    first: last,
    last,
  });
}
