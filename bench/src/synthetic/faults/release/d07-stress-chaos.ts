import { MINUTE } from '@headwater/core/time.ts';
import { alert, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, containerLabels, counter, during } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addExperiment, selectorOf } from '../../kit/chaos.ts';
import { serve } from '../../kit/load.ts';
import { requestsAround } from '../../kit/spans.ts';

/** A Schedule burns CPU inside one backend's containers; the load they serve is what it was. */
export const fault: Fault = {
  code: 'D07-stress',
  name: 'chaos experiment that burns CPU',
  lookAlikes: ['U02', 'D01', 'U01'],
  scenario: {
    slug: 'd07-stress-chaos',
    title: 'A backend is throttled and slow, its requests are as many as ever',
    families: ['chaos', 'saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { catalog, frontend } = app;
      const at = scene.around('injected', 19);
      const victims = realise(plan, catalog).pods;
      addExperiment(plan, {
        kind: 'StressChaos',
        schedule: `${catalog.name}-cpu-burn`,
        cron: scene.random.pick('cron', ['@every 1h', '0 */2 * * *']),
        at,
        victims,
        spec: {
          duration: '45m',
          mode: scene.random.pick('mode', ['all', 'one']),
          selector: selectorOf(catalog),
          stressors: { cpu: { load: 100, workers: 4 } },
        },
      });
      for (const pod of victims) {
        const labels = containerLabels(pod);
        addMetrics(
          plan,
          counter(scene, 'container_cpu_cfs_periods_total', labels, { rate: () => 10 }),
          counter(scene, 'container_cpu_cfs_throttled_periods_total', labels, {
            rate: during(scene, at, { normal: () => 0.05, faulty: () => 9.1 }),
          }),
        );
      }
      serve(plan, catalog, { since: at, seconds: [0.03, 0.9], cores: [0.09, 0.498], rate: [10, 10] });
      serve(plan, frontend, { since: at, seconds: [0.06, 0.95], rate: [9, 9] });
      requestsAround(plan, at, (faulty) => ({
        legs: [
          { workload: frontend, operation: 'GET /', own: 6 },
          { workload: catalog, operation: 'GET /items', own: faulty ? scene.random.int('own', 790, 990) : 28 },
        ],
      }));
      const [pod] = victims;
      highLatency(plan, catalog, { since: at, seconds: 2.1 });
      if (pod && scene.random.chance('throttling-alert', 0.6))
        alert(plan, {
          alertname: 'CPUThrottlingHigh',
          severity: 'info',
          labels: { container: pod.frame.spec.containers[0]?.name, namespace: pod.namespace, pod: pod.name },
          summary: 'Processes experience elevated CPU throttling.',
          description: `91% throttling of CPU in namespace ${pod.namespace} for container ${pod.frame.spec.containers[0]?.name} in pod ${pod.name} on cluster .`,
          at: at + 15 * MINUTE,
        });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'StressChaos', name: `${scene.cast.catalog}-cpu-burn-*` },
          { kind: 'Schedule', name: `${scene.cast.catalog}-cpu-burn` },
        ],
        category: ['chaos-experiment'],
        keywords: [[`${scene.cast.catalog}-cpu-burn`], ['StressChaos', 'cpu']],
        not: [{ kind: 'Deployment' }, { category: 'cpu-throttling' }, { category: 'traffic-surge' }],
      }),
  },
};
