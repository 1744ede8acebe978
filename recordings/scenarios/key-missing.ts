import { deploymentRolloutStuck, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { configOf } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { configError } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { allPods, restart, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** C03: a key of the ConfigMap was renamed; pods that start after that cannot be configured. */
export const scenario: Scenario = {
  slug: 'key-missing',
  title: 'A restart of a deployment does not finish',
  families: ['config'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'] });
    const { orders, namespace, database } = app;
    const editedAt = scene.around('edit', 52);
    const at = scene.around('restart', 31);
    const name = configOf(orders.name);
    const index = plan.objects.findIndex(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
    const data: Record<string, string> = { DATABASE_HOST: database.name, DB_NAME: namespace.replaceAll('-', '_') };
    if (scene.repaired) data['DB_HOST'] = database.name;
    const edit = {
      at: scene.repaired ? scene.repairedAt : editedAt,
      manager: 'kubectl-edit',
      keys: scene.repaired ? ['DB_HOST'] : ['DATABASE_HOST'],
    };
    plan.objects[index] = configMap(scene, {
      namespace,
      name,
      data,
      created: daysBefore(scene, 33),
      manager: scene.cast.manager,
      edited: edit,
    });
    restart(orders, at, stamp(at));
    if (scene.repaired) {
      allPods(orders, running(), { created: scene.repairedAt + 5_000 });
      return plan;
    }
    stuckRollout(orders, configError(`couldn't find key DB_HOST in ConfigMap ${namespace}/${name}`), running());
    const pod = realise(plan, orders).pods.at(-1);
    if (pod) podNotReady(plan, pod, at);
    deploymentRolloutStuck(plan, orders, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'ConfigMap', namespace: scene.cast.namespace, name: configOf(scene.cast.orders) },
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
      ],
      category: ['key-missing'],
      keywords: [['DB_HOST'], [configOf(scene.cast.orders)], ['DATABASE_HOST']],
      not: [{ category: 'configmap-missing' }],
    }),
};
