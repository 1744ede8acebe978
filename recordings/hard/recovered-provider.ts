import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaintLog } from '@headwater/testkit/world/caller-logs.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';
import { resolvedAt } from './kit/herrings.ts';

/** A provider outside was away for some minutes; the log still shows it, the requests since then succeed. */
export const scenario: HardScenario = {
  slug: 'recovered-provider',
  title: 'Failed payments that stopped by themselves',
  theme: 'recovered',
  families: ['hard', 'dependency'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'], decoy: false });
    const { payments } = app;
    const [from, to] = [scene.before(34), scene.before(21)];
    const container = mainContainer(payments.spec).name;
    payments.pods = [
      {
        revision: 'current',
        state: running(),
        logs: (pod) => {
          const failing = complaintLog(scene, payments, {
            pod: { ...pod, to },
            options: {
              complaints: [
                {
                  since: from,
                  every: 40,
                  say: () => ({
                    level: 'error',
                    message:
                      'provider call failed: POST https://api.cardco.example/v2/charges: 503 Service Unavailable',
                  }),
                },
              ],
            },
          });
          const well = complaintLog(scene, payments, { pod: { ...pod, from: to }, options: { complaints: [] } });
          const last = failing.at(-1)?.split(' ')[0] ?? '';
          return [{ container, lines: [...failing, ...well.filter((line) => line > last)] }];
        },
      },
    ];
    servesWell(plan, [payments], (time) => (time >= from && time < to ? 0.91 : 0.001));
    highErrorRate(plan, payments, { since: from, percent: 91 });
    resolvedAt(plan, scene.before(15));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
