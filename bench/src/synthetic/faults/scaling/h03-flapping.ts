import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { addMetrics, gauge } from '@headwater/testkit/world/metrics.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { autoscaler } from '../../kit/hpa.ts';

const LOW = 2;
const HIGH = 6;

export const fault: Fault = {
  code: 'H03-flapping',
  name: 'autoscaler scales up and down without rest',
  lookAlikes: ['U01', 'H01', 'H03'],
  scenario: {
    slug: 'synthetic-hpa-flapping',
    title: 'Pods of a service come and go every few minutes',
    families: ['autoscaling'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['metrics-server'] });
      const { orders, namespace } = app;
      const at = scene.around('edited', 48);
      const period = scene.random.int('period', 4, 6) * MINUTE;
      const turns: number[] = [];
      for (let time = at + MINUTE; time < scene.zero - MINUTE; time += period / 2) turns.push(time);
      const wide = (index: number): boolean => index % 2 === 0;
      const last = turns.length - 1;
      const size = scene.repaired ? LOW : wide(last) ? HIGH : LOW;
      orders.replicas = size;
      orders.pods = Array.from({ length: size }, (_, index) => ({
        revision: 'current',
        state: running(),
        ...(index < LOW ? {} : { created: (turns[last] ?? at) + 1_000 }),
      }));
      const behavior = {
        scaleDown: { policies: [{ periodSeconds: 15, type: 'Percent', value: 100 }], stabilizationWindowSeconds: 0 },
        scaleUp: { policies: [{ periodSeconds: 15, type: 'Percent', value: 300 }], stabilizationWindowSeconds: 0 },
      };
      const hpa = autoscaler(scene, {
        target: orders,
        min: LOW,
        max: 8,
        current: size,
        aim: scene.random.pick('aim', [30, 40]),
        used: wide(last) ? 18 : 44,
        editedAt: scene.repaired ? scene.repairedAt : at,
        scaledAt: turns[last] ?? at,
        ...(scene.repaired ? {} : { behavior }),
      });
      plan.objects.push(hpa);
      for (const [index, time] of turns.entries())
        plan.events.push({
          about: about(hpa),
          type: 'Normal',
          reason: 'SuccessfulRescale',
          message: wide(index)
            ? `New size: ${HIGH}; reason: cpu resource utilization (percentage of request) above target`
            : `New size: ${LOW}; reason: All metrics below target`,
          component: 'horizontal-pod-autoscaler',
          count: 1,
          first: time,
          last: time,
        });
      const until = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
      const replicas = (time: number): number => {
        const index = turns.findLastIndex((turn) => turn <= time);
        return index < 0 || time >= until ? LOW : wide(index) ? HIGH : LOW;
      };
      const labels = { horizontalpodautoscaler: orders.name, namespace, job: 'kube-state-metrics' };
      addMetrics(plan, gauge(scene, 'kube_horizontalpodautoscaler_status_current_replicas', labels, replicas));
      alert(plan, {
        alertname: scene.random.pick('flap-alert', ['HpaFlapping', 'ReplicasChangeTooOften', 'HighPodChurn']),
        severity: 'warning',
        labels: { horizontalpodautoscaler: orders.name, namespace },
        summary: 'Replica count changes too often.',
        description: `The replicas of ${namespace}/${orders.name} changed more than ten times in half an hour.`,
        at: at + 30 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'HorizontalPodAutoscaler', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['hpa-misconfigured'],
        keywords: [['up and down', 'flap', 'rescale', 'oscillat', 'times']],
        not: [{ category: 'hpa-at-max' }, { category: 'traffic-surge' }, { kind: 'Deployment' }],
      }),
  },
};
