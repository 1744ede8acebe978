import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { secret } from '@headwater/testkit/world/objects.ts';
import { fromSecret, mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { restart } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** C08: a password was rotated; pods that read it into their environment at start still use the old one. */
export const scenario: Scenario = {
  slug: 'config-stale',
  title: 'One service has lost its database since the nightly rotation',
  families: ['config', 'dependency'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'] });
    const { orders, namespace, database } = app;
    const at = scene.around('rotation', 25);
    setEnv(mainContainer(orders.spec), 'DB_PASSWORD', fromSecret(secretOf(scene), 'password'));
    setEnv(mainContainer(orders.spec), 'DB_USER', fromSecret(secretOf(scene), 'username'));
    plan.objects.push(
      secret(scene, {
        namespace,
        name: secretOf(scene),
        keys: ['password', 'username'],
        created: daysBefore(scene, 60),
        manager: 'external-secrets',
        annotations: { 'reconcile.external-secrets.io/data-hash': scene.random.hex('rotated', 32) },
        edited: { at, manager: 'external-secrets', keys: ['password'] },
      }),
    );
    if (scene.repaired) {
      restart(orders, scene.repairedAt, stamp(scene.repairedAt));
      return plan;
    }
    const denied =
      scene.cast.engines.database === 'postgres'
        ? 'FATAL: password authentication failed for user "app" (SQLSTATE 28P01)'
        : "Error 1045 (28000): Access denied for user 'app'@'%' (using password: YES)";
    complaining(plan, orders, {
      complaints: [
        {
          since: at + 40_000,
          every: 25,
          say: () => ({
            level: 'error',
            message: `query failed: connect to ${database.name}: ${denied}`,
            fields: { status: 500 },
          }),
        },
      ],
    });
    highErrorRate(plan, orders, { since: at, percent: 97 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
        { kind: 'Secret', namespace: scene.cast.namespace, name: secretOf(scene) },
      ],
      category: ['config-stale'],
      keywords: [[secretOf(scene)], ['authentication failed', 'Access denied']],
      not: [{ kind: 'StatefulSet', name: scene.cast.database }, { category: 'dependency-failing' }],
    }),
};

function secretOf(scene: Scene): string {
  return `${scene.cast.orders}-db`;
}
