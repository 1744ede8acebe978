import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, counter, during, steady } from '@headwater/testkit/world/metrics.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { serve } from '../../kit/load.ts';
import { release } from '../../kit/versions.ts';

/** A release computes wrong totals: every answer is a 200, only the business notices. */
export const fault: Fault = {
  code: 'U09-wrong',
  name: 'wrong results of a release',
  lookAlikes: ['D02', 'D01', 'C09'],
  scenario: {
    slug: 'u09-wrong-results',
    title: 'A business figure has jumped, no request fails',
    families: ['saturation', 'rollout'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { payments, namespace } = app;
      const at = scene.around('rollout', 31);
      release(plan, payments, at);
      const metric = metricOf(scene);
      serve(plan, payments, { since: at, rate: [8, 8] });
      const labels = { job: payments.name, namespace, service: payments.name };
      addMetrics(
        plan,
        counter(scene, metric, labels, {
          rate: during(scene, at, { normal: steady(scene, 'value', 412), faulty: steady(scene, 'value', 57) }),
        }),
      );
      alert(plan, {
        alertname: scene.random.pick('business-alert', ['OrderValueAnomaly', 'BusinessMetricDeviation', 'RevenueDrop']),
        severity: 'warning',
        labels: { namespace, service: payments.name, metric },
        summary: `${metric} deviates from its forecast`,
        description: `rate(${metric}[5m]) of ${payments.name} is 86% below the forecast, while the number of requests is as expected.`,
        at: at + 8 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
        category: ['version-errors'],
        keywords: [['image', 'version', 'rollout', 'revision']],
        not: [{ category: 'version-slow' }, { category: 'traffic-surge' }, { category: 'app-crash' }],
      }),
  },
};

function metricOf(scene: Scene): string {
  return scene.random.pick('business-metric', ['order_value_eur_total', 'captured_amount_total', 'items_sold_total']);
}
