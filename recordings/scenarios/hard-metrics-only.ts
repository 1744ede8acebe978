import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, containerLabels, gauge, ramp, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

const MI = 2 ** 20;

/** P03: memory grows in a straight line under even load; it has not died yet, and it logs nothing. */
export const scenario: Scenario = {
  slug: 'hard-metrics-only',
  title: 'A prediction says that a container runs out of memory within the hour',
  families: ['hard', 'pod', 'saturation'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const { catalog, orders, namespace } = app;
    const limit = Number.parseInt(mainContainer(catalog.spec).resources.limits?.['memory'] ?? '256', 10) * MI;
    if (scene.repaired) catalog.pods = [{ revision: 'current', state: running(), created: scene.repairedAt }];
    else catalog.pods = [{ revision: 'current', state: running(), created: scene.before(160) }];
    for (const pod of realise(plan, catalog).pods) {
      const growing = ramp(scene.before(160), scene.zero, [0.2 * limit, 0.91 * limit]);
      const bytes = scene.repaired
        ? steady(scene, 'fresh', 0.22 * limit, 0.02)
        : (time: number) => growing(time) * steady(scene, 'noise', 1, 0.006)(time);
      const labels = containerLabels(pod);
      addMetrics(
        plan,
        usage(scene, pod, { cores: steady(scene, 'cpu', 0.09), bytes }),
        traffic(scene, pod, { rate: steady(scene, 'rate', 10) }),
        gauge(
          scene,
          'kube_pod_container_resource_limits',
          { ...labels, resource: 'memory', unit: 'byte' },
          () => limit,
        ),
      );
      alert(plan, {
        alertname: 'ContainerMemoryExhaustionPredicted',
        severity: 'warning',
        labels: { container: labels['container'], namespace, pod: pod.name },
        summary: 'A container will reach its memory limit within the hour.',
        description: `Memory of ${namespace}/${pod.name} grows towards its limit.`,
        at: scene.before(11),
      });
    }
    for (const pod of realise(plan, orders).pods)
      addMetrics(
        plan,
        usage(scene, pod, { cores: steady(scene, pod.name, 0.08), bytes: steady(scene, `${pod.name}m`, 120 * MI) }),
      );
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
      category: ['memory-leak'],
      keywords: [['memory'], ['grow', 'rose', 'climb', 'rises', 'increas']],
      not: [{ category: 'oom-killed' }, { category: 'traffic-surge' }],
    }),
};
