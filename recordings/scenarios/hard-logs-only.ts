import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** Y07: a provider outside refuses us; no object, event or metric of the cluster knows about it. */
export const scenario: Scenario = {
  slug: 'hard-logs-only',
  title: 'A business figure drops, the cluster looks perfect',
  families: ['hard', 'dependency'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { payments, namespace } = app;
    const at = scene.around('outage', 24);
    const limited = scene.random.chance('rate-limited', 0.5);
    const answer = limited
      ? '429 Too Many Requests: {"error":"rate_limited","retry_after":60}'
      : '503 Service Unavailable';
    complaining(plan, payments, {
      complaints: [
        {
          since: at,
          every: 20,
          say: () => ({
            level: 'error',
            message: `provider call failed: POST https://api.cardco.example/v2/charges: ${answer}`,
          }),
        },
        {
          since: at + 30_000,
          every: 90,
          say: () => ({ level: 'warn', message: 'circuit breaker for api.cardco.example is open' }),
        },
      ],
    });
    alert(plan, {
      alertname: 'PaidOrdersLow',
      severity: 'critical',
      labels: { deployment: payments.name, namespace },
      summary: 'Fewer paid orders than usual.',
      description: `Successful charges of ${payments.name} are 80% below the same hour of last week.`,
      at: at + 8 * MINUTE,
    });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments },
        { kind: '*', name: 'api.cardco.example' },
      ],
      category: ['external-api-failing'],
      keywords: [['api.cardco.example'], ['429', '503']],
      not: [{ category: 'egress-blocked' }, { category: 'network-policy-egress' }],
    }),
};
