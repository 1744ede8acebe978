import { deploymentRolloutStuck, highErrorRate, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** U10: two mistakes in the same half hour that have nothing to do with each other. */
export const scenario: Scenario = {
  slug: 'hard-two-faults',
  title: 'Two alerts of one namespace within minutes',
  families: ['hard', 'image', 'service'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments', 'worker'] });
    const { worker, payments, orders, port } = app;
    const at = scene.around('rollout', 48);
    const edit = scene.around('edit', 24);
    rollOut(worker, {
      at,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.image = `${splitImage(main.image).name}:${scene.random.pick('two-tag', ['v10.0.0', 'latest-stable', 'main-3f9c2'])}`;
      },
    });
    const service = plan.services.find(({ name }) => name === payments.name);
    if (service) {
      service.changed = scene.repaired ? scene.repairedAt : edit;
      service.manager = 'kubectl-edit';
      if (!scene.repaired) service.selector = { ...service.selector, tier: 'backend' };
    }
    const error = `dial tcp ${clusterAddress(scene, payments)}:${port}: connect: connection refused`;
    complaining(plan, orders, {
      complaints: [
        {
          since: edit + 3_000,
          every: 35,
          say: failedCall({ to: payments.name, url: `http://${payments.name}:${port}/authorize`, error }),
        },
      ],
    });
    if (scene.repaired) {
      rollBack(worker, scene.repairedAt);
      allPods(worker, running(), { survivor: true });
      return plan;
    }
    stuckRollout(
      worker,
      pullFailing({
        code: 'NotFound',
        error: 'failed to pull and unpack image "{image}": failed to resolve reference "{image}": {image}: not found',
      }),
      running(),
    );
    const pod = realise(plan, worker).pods.at(-1);
    if (pod) podNotReady(plan, pod, at);
    deploymentRolloutStuck(plan, worker, at);
    highErrorRate(plan, orders, { since: edit, percent: 61 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.worker },
        { kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.payments },
      ],
      allCauses: true,
      category: ['image-not-found', 'selector-mismatch'],
      keywords: [['not found'], ['tier']],
      not: [{ kind: 'Deployment', name: scene.cast.orders }],
    }),
};
