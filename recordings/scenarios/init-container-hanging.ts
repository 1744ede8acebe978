import { deploymentReplicasMismatch, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { databasePort } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { container } from '@headwater/testkit/world/pod-spec.ts';
import { initHanging } from '@headwater/testkit/world/pod-states/init.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** P12: an init container waits for a port the database has never listened on. */
export const scenario: Scenario = {
  slug: 'init-container-hanging',
  title: 'A new pod stays in its init phase',
  families: ['pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'] });
    const { catalog, database } = app;
    const at = scene.around('rollout', 29);
    const target = `${database.name}:${databasePort(scene) + 1000}`;
    rollOut(catalog, {
      at,
      spec: (spec) => {
        const [host = '', port = ''] = target.split(':');
        spec.initContainers = [
          container('wait-for-database', {
            image: 'docker.io/library/busybox:1.37',
            command: ['sh', '-c', `until nc -z -w 2 ${host} ${port}; do echo "waiting for ${target}"; sleep 5; done`],
          }),
        ];
      },
    });
    if (scene.repaired) {
      rollBack(catalog, scene.repairedAt);
      allPods(catalog, running(), { survivor: true });
      return plan;
    }
    stuckRollout(catalog, initHanging({ says: [`waiting for ${target}`], everySeconds: 7 }), running());
    const pod = realise(plan, catalog).pods.at(-1);
    if (pod) podNotReady(plan, pod, at);
    deploymentReplicasMismatch(plan, catalog, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
      category: ['init-container-hanging', 'dependency-address-wrong'],
      keywords: [['wait-for-database'], [String(databasePort(scene) + 1000), scene.cast.database]],
      not: [{ kind: 'Node' }, { category: 'image-not-found' }],
    }),
};
