import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail, releasedWell, targetPortEdited } from './kit/faults.ts';

const MINUTE = 60_000;

/** Prometheus was away when it began: there is a before and an after, and the release near the gap is innocent. */
export const scenario: HardScenario = {
  slug: 'gone-metrics-gap',
  title: 'Errors began somewhere within a gap of the metrics',
  theme: 'evidence-gone',
  families: ['hard', 'service'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'], decoy: false });
    const { orders, payments, port } = app;
    const at = scene.around('edit', 25);
    targetPortEdited(plan, payments, { at, port: port + 443 });
    releasedWell(plan, app.frontend, at - 4 * MINUTE);
    callsFail(plan, { caller: orders, callee: payments, port, since: at });
    for (const pod of realise(plan, orders).pods) {
      const errors = during(scene, at, { normal: () => 0.001, faulty: () => 0.57 });
      const series = traffic(scene, pod, { rate: steady(scene, pod.name, 7), errors });
      const seen = (time: number): boolean => time < at - 6 * MINUTE || time > at + 9 * MINUTE;
      addMetrics(
        plan,
        series.map((one) => ({ ...one, samples: one.samples.filter(([time]) => seen(time)) })),
      );
    }
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.payments }],
      category: ['target-port-wrong'],
      not: [{ kind: 'Deployment' }],
    }),
};
