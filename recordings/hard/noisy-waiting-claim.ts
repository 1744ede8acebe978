import { basePlan } from '@headwater/testkit/world/base.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { defaultClass, pendingClaim } from '@headwater/testkit/world/storage.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

/** A claim nobody uses waits for its first consumer, as its class says it must, and says so every few minutes. */
export const scenario: HardScenario = {
  slug: 'noisy-waiting-claim',
  title: 'A latency alert in a namespace with a pending claim',
  theme: 'healthy-but-noisy',
  families: ['hard', 'storage'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { namespace } = app;
    const created = daysBefore(scene, 12);
    const claim = pendingClaim(scene, {
      namespace,
      name: 'scratch',
      size: '5Gi',
      created,
      className: defaultClass(scene).name,
    });
    plan.objects.push(claim);
    plan.events.push({
      about: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace,
        name: 'scratch',
        uid: claim.metadata.uid,
      },
      type: 'Normal',
      reason: 'WaitForFirstConsumer',
      message: 'waiting for first consumer to be created before binding',
      component: 'persistentvolume-controller',
      count: 69_120,
      first: created,
      last: scene.before(0, 11),
    });
    servesWell(plan, [app.orders, app.frontend]);
    touchy(plan, app.frontend, scene.around('fired', 13));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
