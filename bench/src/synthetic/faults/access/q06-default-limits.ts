import { MINUTE } from '@headwater/core/time.ts';
import { deploymentReplicasMismatch, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { edited } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { mainContainer, type PodSpecJson } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'Q06-default',
  name: 'default limit of a LimitRange too small',
  lookAlikes: ['P01', 'P02', 'W05', 'Q06'],
  scenario: {
    slug: 'synthetic-default-limits',
    title: 'A service that was not deployed restarts since its pods were made anew',
    families: ['admission', 'pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders, namespace } = app;
      const at = scene.around('edited', 49);
      // The template names no resources: what the pods get is whatever the namespace says when they are made.
      orders.spec = structuredClone(orders.spec);
      mainContainer(orders.spec).resources = {};
      const memory = scene.repaired ? '1Gi' : limitOf(scene);
      const defaults = { default: { cpu: '500m', memory }, defaultRequest: { cpu: '50m', memory: '48Mi' } };
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'v1', kind: 'LimitRange', namespace, name: nameOf(scene) },
          edited(daysBefore(scene, 75), {
            at: scene.repaired ? scene.repairedAt : at,
            manager: scene.random.pick('editor', ['kubectl-edit', 'kubectl-client-side-apply', 'argocd-controller']),
            wrote: { spec: { limits: 1 } },
          }),
          { spec: { limits: [{ ...defaults, type: 'Container' }] } },
        ),
      );
      const names = [mainContainer(orders.spec).name];
      const mutate = (spec: PodSpecJson): void => {
        mainContainer(spec).resources = { limits: defaults.default, requests: defaults.defaultRequest };
      };
      const annotations = {
        'kubernetes.io/limit-ranger': `LimitRanger plugin set: cpu, memory request for container ${names[0]}; cpu, memory limit for container ${names[0]}`,
      };
      const madeAt = scene.repaired ? scene.repairedAt + 20_000 : at + 9 * MINUTE;
      orders.progress = 'complete';
      const says = [
        'starting',
        'loading reference data',
        'loaded 41% of reference data',
        'loaded 77% of reference data',
      ];
      const ran = scene.random.int('ran', 24, 70);
      const state = scene.repaired ? running() : crashLooping({ exitCode: 137, reason: 'OOMKilled', ran, says });
      allPods(orders, state, { created: madeAt, mutate, annotations });
      if (scene.repaired) return plan;
      for (const pod of realise(plan, orders).pods) podCrashLooping(plan, pod, madeAt);
      if (scene.random.chance('workload-alert', 0.5)) deploymentReplicasMismatch(plan, orders, madeAt);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'LimitRange', namespace: scene.cast.namespace, name: nameOf(scene) }],
        category: ['limit-range', 'oom-killed', 'memory-limit-too-low-to-start'],
        keywords: [[limitOf(scene)], ['OOMKilled', '137'], [nameOf(scene)]],
        not: [{ kind: 'Node' }, { category: 'memory-leak' }, { category: 'quota-exceeded' }],
      }),
  },
};

function limitOf(scene: Scene): string {
  return scene.random.pick('limit', ['64Mi', '96Mi', '80Mi']);
}

function nameOf(scene: Scene): string {
  return scene.random.pick('limit-range', ['default-limits', 'container-defaults', 'mem-limit-range']);
}
