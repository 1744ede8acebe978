import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { autoscaler, tooMany } from '../../kit/hpa.ts';

export const fault: Fault = {
  code: 'H03-threshold',
  name: 'autoscaler threshold that idle pods exceed',
  lookAlikes: ['H01', 'U01', 'H03'],
  scenario: {
    slug: 'synthetic-hpa-threshold',
    title: 'The bill grows: a service has many pods and little to do',
    families: ['autoscaling'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['metrics-server'] });
      const { orders, namespace } = app;
      const at = scene.around('edited', 40);
      const max = scene.random.int('max', 6, 9);
      const full = at + 4 * MINUTE;
      scaleTo(orders, { from: 2, to: max, at: full, manager: 'kube-controller-manager' });
      if (scene.repaired)
        scaleTo(orders, { from: max, to: 2, at: scene.repairedAt, manager: 'kube-controller-manager' });
      const hpa = autoscaler(scene, {
        target: orders,
        min: 2,
        max,
        current: orders.replicas,
        aim: scene.repaired ? 70 : aimOf(scene),
        used: scene.random.int('used', 9, 14),
        editedAt: scene.repaired ? scene.repairedAt : at,
        scaledAt: scene.repaired ? scene.repairedAt : full,
        ...(scene.repaired ? {} : { limited: tooMany(full) }),
      });
      plan.objects.push(hpa);
      plan.events.push({
        about: about(hpa),
        type: 'Normal',
        reason: 'SuccessfulRescale',
        message: `New size: ${max}; reason: cpu resource utilization (percentage of request) above target`,
        component: 'horizontal-pod-autoscaler',
        count: 1,
        first: full,
        last: full,
      });
      const alertname = scene.random.pick('cost-alert', [
        'KubeHpaMaxedOut',
        'NamespaceCpuSpendHigh',
        'KubeHpaMaxedOut',
      ]);
      alert(plan, {
        alertname,
        severity: 'warning',
        labels:
          alertname === 'KubeHpaMaxedOut'
            ? { horizontalpodautoscaler: orders.name, namespace }
            : { namespace, team: namespace },
        summary:
          alertname === 'KubeHpaMaxedOut' ? 'HPA is running at max replicas' : 'Requested CPU of a namespace doubled.',
        description: `HPA ${namespace}/${orders.name} or its namespace uses more than planned.`,
        at: full + 15 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'HorizontalPodAutoscaler', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['hpa-misconfigured'],
        keywords: [[`${aimOf(scene)}%`, `averageUtilization = ${aimOf(scene)}`, `\`${aimOf(scene)}\``]],
        not: [{ category: 'hpa-at-max' }, { category: 'traffic-surge' }, { kind: 'Deployment' }],
      }),
  },
};

function aimOf(scene: Scene): number {
  return scene.random.pick('aim', [1, 2, 3]);
}
