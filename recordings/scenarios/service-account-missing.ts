import { deploymentReplicasMismatch, deploymentRolloutStuck } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { revisionsOf } from '@headwater/testkit/world/workload-names.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** R01: the template names a service account nobody created; the pods do not even come into being. */
export const scenario: Scenario = {
  slug: 'service-account-missing',
  title: 'A rollout makes no pods at all',
  families: ['rbac', 'admission'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog, namespace } = app;
    const at = scene.around('rollout', 36);
    const account = `${catalog.name}-runtime`;
    rollOut(catalog, {
      at,
      spec: (spec) => {
        spec.serviceAccountName = account;
      },
    });
    if (scene.repaired) {
      rollBack(catalog, scene.repairedAt);
      allPods(catalog, running(), { survivor: true });
      return plan;
    }
    const hash = revisionsOf(catalog).at(-1)?.hash;
    catalog.refused = {
      count: 1,
      since: at + 1_000,
      message: `pods "${catalog.name}-${hash}-" is forbidden: error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
    };
    catalog.pods = [{ revision: 'previous', state: running() }];
    deploymentRolloutStuck(plan, catalog, at);
    deploymentReplicasMismatch(plan, catalog, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog },
        { kind: 'ServiceAccount', namespace: scene.cast.namespace, name: `${scene.cast.catalog}-runtime` },
      ],
      category: ['service-account-missing'],
      keywords: [[`${scene.cast.catalog}-runtime`], ['not found', 'does not exist']],
      not: [{ category: 'quota-exceeded' }, { category: 'rbac-denied' }],
    }),
};
