import { highErrorRate, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** U01: seven times the requests at the edge, and in the same proportion behind it. Nothing was changed. */
export const scenario: Scenario = {
  slug: 'traffic-surge',
  title: 'Everything is slow at once, nobody deployed anything',
  families: ['saturation'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['ingress'] });
    const at = scene.around('surge', 21);
    const factor = scene.random.int('factor', 6, 9);
    for (const [workload, rate, own] of [
      [app.frontend, 9, 0.04],
      [app.orders, 3, 0.06],
      [app.catalog, 7, 0.03],
    ] as const) {
      for (const pod of realise(plan, workload).pods) {
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: during(scene, at, {
              normal: steady(scene, pod.name, rate),
              faulty: steady(scene, pod.name, rate * factor),
            }),
            seconds: during(scene, at, { normal: () => own, faulty: () => own * 14 }),
            errors: during(scene, at, { normal: () => 0.001, faulty: () => 0.06 }),
          }),
          usage(scene, pod, {
            cores: during(scene, at, {
              normal: steady(scene, pod.name, 0.07),
              faulty: steady(scene, pod.name, 0.48, 0.02),
            }),
            bytes: steady(scene, pod.name, 140e6),
          }),
        );
      }
    }
    highLatency(plan, app.frontend, { since: at, seconds: 2.4 });
    highLatency(plan, app.orders, { since: at, seconds: 1.6 });
    highErrorRate(plan, app.frontend, { since: at, percent: 6 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: '*', namespace: scene.cast.namespace, name: scene.cast.frontend },
        { kind: '*', namespace: 'ingress-nginx' },
      ],
      category: ['traffic-surge'],
      keywords: [['request', 'traffic']],
      not: [
        { category: 'version-slow' },
        { category: 'retry-storm' },
        { kind: 'Deployment', name: scene.cast.catalog },
      ],
    }),
};
