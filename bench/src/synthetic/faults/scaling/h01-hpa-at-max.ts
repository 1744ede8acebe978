import { MINUTE } from '@headwater/core/time.ts';
import { alert, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, gauge, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { autoscaler, tooMany } from '../../kit/hpa.ts';

export const fault: Fault = {
  code: 'H01',
  name: 'autoscaler at its maximum',
  lookAlikes: ['U01', 'H03', 'D01', 'S01'],
  scenario: {
    slug: 'synthetic-hpa-max',
    title: 'A service is slow although it has an autoscaler',
    families: ['autoscaling', 'saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene, {
        needs: ['metrics-server'],
        decoy: scene.random.chance('with-decoy', 0.5),
      });
      const { orders, namespace } = app;
      const at = scene.around('full', 27);
      const max = scene.random.int('max', 3, 5);
      scaleTo(orders, { from: 2, to: max, at, manager: 'kube-controller-manager' });
      if (scene.repaired) {
        scaleTo(orders, { from: max, to: max + 3, at: scene.repairedAt, manager: 'kube-controller-manager' });
        orders.pods = (orders.pods ?? []).map((pod, index) =>
          index >= 2 && index < max ? { revision: 'current', state: running(), created: at + 1_000 } : pod,
        );
      }
      const used = scene.random.int('used', 140, 230);
      plan.objects.push(
        autoscaler(scene, {
          target: orders,
          min: 2,
          max: scene.repaired ? max + 6 : max,
          current: orders.replicas,
          aim: 70,
          used: scene.repaired ? 61 : used,
          scaledAt: scene.repaired ? scene.repairedAt : at,
          ...(scene.repaired ? { editedAt: scene.repairedAt } : { limited: tooMany(at) }),
        }),
      );
      const measured = scene.random.chance('measured', 0.75);
      for (const pod of measured ? realise(plan, orders).pods : [])
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: during(scene, at - 3 * MINUTE, { normal: () => 12, faulty: steady(scene, pod.name, 23) }),
            seconds: during(scene, at, { normal: () => 0.11, faulty: () => 0.94 }),
          }),
          usage(scene, pod, {
            cores: during(scene, at, { normal: () => 0.07, faulty: () => used / 1000 }),
            bytes: steady(scene, pod.name, 120e6),
          }),
        );
      const labels = { horizontalpodautoscaler: orders.name, namespace, job: 'kube-state-metrics' };
      if (measured)
        addMetrics(
          plan,
          gauge(scene, 'kube_horizontalpodautoscaler_status_current_replicas', labels, (time) => (time < at ? 2 : max)),
          gauge(scene, 'kube_horizontalpodautoscaler_spec_max_replicas', labels, () => max),
        );
      if (scene.random.chance('maxed-alert', 0.6))
        alert(plan, {
          alertname: 'KubeHpaMaxedOut',
          severity: 'warning',
          labels,
          summary: 'HPA is running at max replicas',
          description: `HPA ${namespace}/${orders.name} has been running at max replicas for longer than 15 minutes on cluster .`,
          at: at + 15 * MINUTE,
        });
      highLatency(plan, orders, { since: at, seconds: 2.3 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'HorizontalPodAutoscaler', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['hpa-at-max'],
        keywords: [[String(scene.random.int('max', 3, 5))], ['maxReplicas', 'maximum', 'max replicas']],
        not: [{ category: 'hpa-misconfigured' }, { category: 'version-slow' }, { kind: 'Node' }],
      }),
  },
};
