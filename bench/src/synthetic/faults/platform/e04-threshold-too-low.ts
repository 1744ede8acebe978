import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Fault } from '../../fault.ts';
import { serve } from '../../kit/load.ts';

/** A threshold somebody set too low: the service is as quick and as correct as ever. */
export const fault: Fault = {
  code: 'E04-threshold',
  name: 'alert without a fault',
  lookAlikes: ['U01', 'D01'],
  scenario: {
    slug: 'e04-noop-alert',
    title: 'A latency alert about a service that is as it always was',
    families: ['platform'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { catalog, frontend, namespace } = app;
      const at = scene.around('fired', 14);
      serve(plan, catalog, { since: at, seconds: [0.041, 0.041], rate: [8, 8] });
      serve(plan, frontend, { since: at, seconds: [0.07, 0.07], rate: [9, 9] });
      alert(plan, {
        alertname: scene.random.pick('noop-alert', ['LatencyAboveTarget', 'HighRequestLatency', 'CPURequestsBelowUse']),
        severity: 'info',
        labels: { namespace, service: catalog.name },
        summary: `${catalog.name} is slower than its target`,
        description: `Mean request duration of ${catalog.name} is 41ms, target 40ms.`,
        at: at + 5 * MINUTE,
      });
      return plan;
    },
    expected: () => ({ verdict: 'no-fault' }),
  },
};
