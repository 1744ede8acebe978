import { MINUTE } from '@headwater/core/time.ts';
import { alert, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import {
  addMetrics,
  containerLabels,
  counter,
  during,
  gauge,
  steady,
  traffic,
  usage,
} from '@headwater/testkit/world/metrics.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** U02: a cost exercise cut the CPU limit; the service runs, correct and slow. */
export const scenario: Scenario = {
  slug: 'cpu-throttling',
  title: 'A service answers, but ten times slower than yesterday',
  families: ['saturation'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog, namespace } = app;
    const at = scene.around('rollout', 31);
    rollOut(catalog, {
      at,
      spec: (spec) => {
        const { resources } = mainContainer(spec);
        resources.limits = { ...resources.limits, cpu: '80m' };
        resources.requests = { ...resources.requests, cpu: '80m' };
      },
    });
    if (scene.repaired) rollBack(catalog, scene.repairedAt);
    for (const pod of realise(plan, catalog).pods) {
      const labels = containerLabels(pod);
      const periods = counter(scene, 'container_cpu_cfs_periods_total', labels, {
        rate: () => 10,
        resets: [pod.frame.created],
      });
      const throttled = counter(scene, 'container_cpu_cfs_throttled_periods_total', labels, {
        rate: during(scene, at, { normal: () => 0.1, faulty: () => 8.7 }),
        resets: [pod.frame.created],
      });
      addMetrics(
        plan,
        [periods, throttled].map((series) => ({
          ...series,
          samples: series.samples.filter(([time]) => time >= pod.frame.created),
        })),
        usage(scene, pod, {
          cores: during(scene, at, { normal: steady(scene, 'cpu', 0.19), faulty: steady(scene, 'cpu', 0.079, 0.01) }),
          bytes: steady(scene, 'memory', 120e6),
        }),
        traffic(scene, pod, {
          rate: steady(scene, 'rate', 14),
          seconds: during(scene, at, { normal: () => 0.06, faulty: () => 0.72 }),
        }),
      );
      addMetrics(
        plan,
        gauge(
          scene,
          'kube_pod_container_resource_limits',
          {
            container: labels['container'] ?? '',
            namespace,
            node: pod.frame.node.name,
            pod: pod.name,
            resource: 'cpu',
            unit: 'core',
          },
          () => (scene.repaired ? 0.5 : 0.08),
        ),
      );
    }
    const [pod] = realise(plan, catalog).pods;
    alert(plan, {
      alertname: 'CPUThrottlingHigh',
      severity: 'info',
      labels: { container: pod?.frame.spec.containers[0]?.name, namespace, pod: pod?.name },
      summary: 'Processes experience elevated CPU throttling.',
      description: `87% throttling of CPU in namespace ${namespace} for container ${pod?.frame.spec.containers[0]?.name} in pod ${pod?.name} on cluster .`,
      at: at + 15 * MINUTE,
    });
    highLatency(plan, catalog, { since: at, seconds: 1.4 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
      category: ['cpu-throttling'],
      keywords: [['80m', '0.08'], ['throttl']],
      not: [{ category: 'traffic-surge' }, { category: 'node-cpu-saturated' }, { category: 'version-slow' }],
    }),
};
