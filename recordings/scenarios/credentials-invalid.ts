import { deploymentRolloutStuck, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** Y02: a release logs in with a user the database does not know; every other client gets in. */
export const scenario: Scenario = {
  slug: 'credentials-invalid',
  title: 'A new version is turned away by its database and exits',
  families: ['dependency'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'] });
    const { catalog, database } = app;
    const at = scene.around('rollout', 32);
    const user = `${catalog.name.replaceAll('-', '_')}_ro`;
    rollOut(catalog, { at, spec: (spec) => setEnv(mainContainer(spec), 'DB_USER', user) });
    if (scene.repaired) {
      rollBack(catalog, scene.repairedAt);
      allPods(catalog, running(), { survivor: true });
      return plan;
    }
    const postgres = scene.cast.engines.database === 'postgres';
    const denied = postgres
      ? `FATAL:  password authentication failed for user "${user}"`
      : `Access denied for user '${user}'@'{ip}' (using password: YES)`;
    const says = [
      '{time} INFO starting',
      `{time} INFO connecting to ${database.name}`,
      `{time} ERROR database: ${denied}`,
      '{time} FATAL giving up after 3 attempts',
    ];
    stuckRollout(catalog, crashLooping({ exitCode: 1, ran: 7, says }), running());
    const pod = realise(plan, catalog).pods.at(-1);
    if (pod) podCrashLooping(plan, pod, at);
    deploymentRolloutStuck(plan, catalog, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
      category: ['credentials-invalid'],
      keywords: [['authentication failed', 'Access denied'], [`${scene.cast.catalog.replaceAll('-', '_')}_ro`]],
      not: [{ kind: 'StatefulSet' }, { category: 'dependency-address-wrong' }, { category: 'secret-missing' }],
    }),
};
