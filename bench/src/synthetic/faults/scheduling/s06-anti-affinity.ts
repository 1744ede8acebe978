import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout, pendingScaleUp } from '../../kit/pending.ts';

export const fault: Fault = {
  code: 'S06',
  name: 'pod anti-affinity conflict',
  lookAlikes: ['S07', 'S04', 'S01'],
  scenario: {
    slug: 'synthetic-anti-affinity',
    title: 'One more pod of a service finds no node',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders } = app;
      const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane).length;
      orders.spec = structuredClone(orders.spec);
      orders.spec['affinity'] = {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: orders.selector }, topologyKey: 'kubernetes.io/hostname' },
          ],
        },
      };
      orders.replicas = workers;
      const words = "node(s) didn't match pod anti-affinity rules";
      const state = unschedulableOn(plan, () => ({ words, preemptable: true }));
      if (surges(scene)) {
        // As many replicas as nodes, and no old pod may go before a new one is ready: the update can never take a step.
        orders.specExtra['strategy'] = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }, type: 'RollingUpdate' };
        pendingRollout(plan, app, {
          workload: orders,
          at: scene.around('rollout', 36),
          state,
          edit: (spec) => {
            const main = mainContainer(spec);
            main.image = `${splitImage(main.image).name}:v11.${scene.random.int('new-tag', 0, 9)}.2`;
          },
        });
        return plan;
      }
      const to = workers + scene.random.int('beyond', 1, 2);
      pendingScaleUp(plan, {
        workload: orders,
        state,
        at: scene.around('scaled', 22),
        from: workers,
        to,
        fit: workers,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['anti-affinity-conflict'],
        keywords: [['anti-affinity', 'antiAffinity'], ['kubernetes.io/hostname']],
        not: [{ kind: 'Node' }, { category: 'node-affinity-mismatch' }, { category: 'topology-spread-violation' }],
      }),
  },
};

function surges(scene: Scene): boolean {
  return scene.random.chance('surges', 0.5);
}
