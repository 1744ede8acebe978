import { addService } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { addWorkload, scaleTo } from '@headwater/testkit/world/workload.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

/** What years leave behind: a retired application at zero replicas, its Service without pods, a budget that allows nothing. */
export const scenario: HardScenario = {
  slug: 'noisy-leftovers',
  title: 'A latency alert in a namespace full of leftovers',
  theme: 'healthy-but-noisy',
  families: ['hard'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { namespace } = app;
    const main = container('web', { image: `${scene.cast.registry}/old-portal:1.0`, port: 8080 });
    const retired = addWorkload(plan, namespace, 'old-portal', { spec: podSpec([main]), days: 200 });
    addService(plan, retired, { port: 80, name: 'http', targetPort: 8080 });
    scaleTo(retired, { from: 1, to: 0, at: daysBefore(scene, 150), manager: 'kubectl-scale' });
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name: `${app.catalog.name}-strict` },
        made(daysBefore(scene, 90)),
        {
          spec: { minAvailable: 1, selector: { matchLabels: app.catalog.selector } },
          status: {
            conditions: [
              {
                lastTransitionTime: stamp(daysBefore(scene, 90)),
                message: '',
                observedGeneration: 1,
                reason: 'InsufficientPods',
                status: 'False',
                type: 'DisruptionAllowed',
              },
            ],
            currentHealthy: 1,
            desiredHealthy: 1,
            disruptionsAllowed: 0,
            expectedPods: 1,
            observedGeneration: 1,
          },
        },
      ),
    );
    servesWell(plan, [app.orders, app.catalog, app.frontend]);
    touchy(plan, app.frontend, scene.around('fired', 14));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
