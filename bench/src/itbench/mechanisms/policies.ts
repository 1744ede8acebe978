import { made } from '@headwater/testkit/world/metadata.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { notReady } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { allPods, scaleTo } from '@headwater/testkit/world/workload.ts';
import type { Component } from '../applications/application.ts';
import { workloadName } from '../stage.ts';
import { type Case, groupOf, type Mechanism, ownerOf, says } from './mechanism.ts';

/** Adds the object of a truth's group, or one of its kind when the truth has no group for it. */
export function add(input: Case, identity: { apiVersion: string; kind: string; fallback: string }, body: Json): void {
  const { stage } = input;
  const group = groupOf(input, new RegExp(`^${identity.kind}$`));
  stage.plan.objects.push(
    object(
      stage.scene,
      {
        apiVersion: identity.apiVersion,
        kind: identity.kind,
        namespace: group?.namespace || stage.namespace,
        name: group ? stage.cast.nameOf(group) : identity.fallback,
      },
      made(stage.at, 'kubectl-create'),
      body,
    ),
  );
}

/** The selector of a component's Pods. */
export function selectorOf({ stage }: Case, component: Component): Json {
  return { matchLabels: stage.workload(component).selector };
}

/** Objects of the cluster that forbid, limit or keep in place. */
export const POLICY_MECHANISMS: readonly Mechanism[] = [
  {
    name: 'network-policy',
    fits: (input) => says(input, /network.?polic/) || groupOf(input, /^NetworkPolicy$/) !== undefined,
    apply(input) {
      const [component] = input.named;
      const outgoing = says(input, /egress/) && !says(input, /ingress/);
      add(
        input,
        { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', fallback: 'deny-all' },
        {
          spec: {
            podSelector: component ? selectorOf(input, component) : {},
            policyTypes: [outgoing ? 'Egress' : 'Ingress'],
          },
        },
      );
      if (!component) return;
      input.stage.victims.add(component.name);
      if (outgoing)
        for (const callee of Object.values(component.calls)) input.stage.cut.add(`${component.name}>${callee}`);
      else input.stage.unreachable.add(component.name);
    },
  },
  {
    name: 'disruption-budget',
    fits: (input) => says(input, /\bpdb\b|disruption ?budget/) || groupOf(input, /^PodDisruptionBudget$/) !== undefined,
    apply(input) {
      const component = ownerOf(input);
      if (!component) return;
      const { stage } = input;
      const { plan } = stage;
      add(
        input,
        { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', fallback: `${component.name}-pdb` },
        {
          spec: { minAvailable: 2, selector: selectorOf(input, component) },
          status: {
            conditions: [
              {
                type: 'DisruptionAllowed',
                status: 'False',
                reason: 'InsufficientPods',
                message: '',
                lastTransitionTime: stamp(stage.at),
              },
            ],
            currentHealthy: 0,
            desiredHealthy: 2,
            disruptionsAllowed: 0,
            expectedPods: 1,
            observedGeneration: 1,
          },
        },
      );
      const node = plan.nodes[0];
      if (node) {
        node.unschedulable = true;
        allPods(
          stage.workload(component),
          notReady({
            probe:
              'Get "http://{ip}:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
            since: stage.at + 120_000,
          }),
          { node: node.name, created: daysBefore(stage.scene, 3) },
        );
      }
      stage.victims.add(component.name);
    },
  },
  {
    name: 'quota',
    fits: (input) => says(input, /quota/) || groupOf(input, /^ResourceQuota$/) !== undefined,
    apply(input) {
      const { stage } = input;
      const component = ownerOf(input);
      const hard = { 'limits.memory': '1Gi', pods: '10' };
      add(
        input,
        { apiVersion: 'v1', kind: 'ResourceQuota', fallback: 'quota' },
        { spec: { hard }, status: { hard, used: { 'limits.memory': '1Gi', pods: '10' } } },
      );
      const quota = groupOf(input, /^ResourceQuota$/);
      if (!component) return;
      const workload = stage.workload(component);
      const names = stage.truth.alerts.flatMap(({ name, group }) =>
        stage.truth.groups.some((other) => other.id === group && stage.cast.componentOf(other) === component)
          ? [name]
          : [],
      );
      // Who still answers, late or with errors, lacks the Pods it would grow by; who does not has lost its own.
      const serves = names.some((name) => /Latency|Error/.test(name));
      if (serves) scaleTo(workload, { from: 1, to: 3, at: stage.at + 10_000, manager: 'kubectl-scale' });
      workload.pods = serves ? (workload.pods ?? []).slice(0, 1) : [];
      workload.refused = {
        count: serves ? 2 : 1,
        since: stage.at + 20_000,
        message: `pods "{pod}" is forbidden: exceeded quota: ${quota ? stage.cast.nameOf(quota) : 'quota'}, requested: pods=1, used: pods=10, limited: pods=10`,
      };
      stage.victims.add(component.name);
      if (!serves) stage.unreachable.add(component.name);
    },
  },
  {
    name: 'autoscaler',
    fits: (input) => says(input, /\bhpa\b|autoscal/) || groupOf(input, /^HorizontalPodAutoscaler$/) !== undefined,
    apply(input) {
      const { stage, named } = input;
      const [component] = named;
      if (!component) return;
      const condition = (type: string, status: string, reason: string): Json => ({
        type,
        status,
        reason,
        message: '',
        lastTransitionTime: stamp(stage.at),
      });
      add(
        input,
        { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', fallback: component.name },
        {
          spec: {
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workloadName(component) },
            minReplicas: 1,
            maxReplicas: 1,
            metrics: [
              { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
            ],
          },
          status: {
            currentReplicas: 1,
            desiredReplicas: 1,
            currentMetrics: [
              {
                type: 'Resource',
                resource: { name: 'cpu', current: { averageUtilization: 240, averageValue: '240m' } },
              },
            ],
            conditions: [
              condition('AbleToScale', 'True', 'ReadyForNewScale'),
              condition('ScalingActive', 'True', 'ValidMetricFound'),
              condition('ScalingLimited', 'True', 'TooManyReplicas'),
            ],
          },
        },
      );
      stage.victims.add(component.name);
      stage.saturated.set(component.name, 'cpu');
      stage.surging.add(component.name);
    },
  },
];
