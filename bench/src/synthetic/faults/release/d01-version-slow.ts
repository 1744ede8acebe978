import { MINUTE } from '@headwater/core/time.ts';
import { alert, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { type RealPod, realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { serve } from '../../kit/load.ts';
import { requestsAround } from '../../kit/spans.ts';
import { release } from '../../kit/versions.ts';

/** A release answers right and slowly; where it is a canary, only its own pods do. */
export const fault: Fault = {
  code: 'D01',
  name: 'new version is slow',
  lookAlikes: ['C09', 'U01', 'U02', 'Y06'],
  scenario: {
    slug: 'd01-version-slow',
    title: 'Latency of one service is up, its errors are not',
    families: ['rollout'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { catalog, frontend } = app;
      const at = scene.around('rollout', 23);
      catalog.replicas = 3;
      release(plan, catalog, at);
      const canary = scene.random.chance('canary', 0.35);
      if (canary && !scene.repaired) {
        catalog.progress = 'progressing';
        const former = { revision: 'previous', state: running() } as const;
        catalog.pods = [former, former, { revision: 'current', state: running() }];
      }
      if (canary && !scene.repaired) {
        for (const pod of realise(plan, catalog).pods) canaryMetrics(plan, pod, at);
      } else serve(plan, catalog, { since: at, seconds: [0.04, 0.83], cores: [0.08, 0.34], rate: [5, 5] });
      serve(plan, frontend, { since: at, seconds: [0.07, canary ? 0.35 : 0.9], rate: [9, 9] });
      requestsAround(plan, at, (faulty) => ({
        legs: [
          { workload: frontend, operation: 'GET /', own: 6 },
          { workload: catalog, operation: 'GET /items', own: faulty ? scene.random.int('own', 720, 940) : 35 },
        ],
      }));
      highLatency(plan, catalog, { since: at, seconds: 1.9 });
      if (scene.random.chance('budget', 0.5))
        alert(plan, {
          alertname: 'ErrorBudgetBurn',
          severity: 'critical',
          labels: { namespace: frontend.namespace, service: frontend.name, slo: 'latency' },
          summary: `Latency budget of ${frontend.name} burns fast`,
          description: `14.4 times the allowed share of requests to ${frontend.name} took longer than 300ms.`,
          at: at + 5 * MINUTE,
        });
      return plan;
    },
    expected: (scene: Scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
        category: ['version-slow'],
        keywords: [
          ['image', 'version', 'revision', 'rollout'],
          ['slow', 'duration', 'latency', 'time'],
        ],
        not: [{ category: 'traffic-surge' }, { category: 'version-errors' }, { category: 'cpu-throttling' }],
      }),
  },
};

function canaryMetrics(plan: Plan, pod: RealPod, at: number): void {
  const { scene } = plan;
  // The two old pods take over from a third that the canary replaced, so the service's traffic stays what it was.
  const slow = pod.plan.revision === 'current';
  addMetrics(
    plan,
    traffic(scene, pod, {
      rate: during(scene, at, {
        normal: steady(scene, `rate/${pod.name}`, 7.5),
        faulty: steady(scene, `rate/${pod.name}`, 5),
      }),
      seconds: during(scene, at, { normal: () => 0.04, faulty: () => (slow ? 0.83 : 0.041) }),
    }),
    usage(scene, pod, {
      cores: during(scene, at, {
        normal: steady(scene, `cpu/${pod.name}`, 0.08),
        faulty: steady(scene, `cpu/${pod.name}`, slow ? 0.34 : 0.08),
      }),
      bytes: steady(scene, `memory/${pod.name}`, 130e6),
    }),
  );
}
