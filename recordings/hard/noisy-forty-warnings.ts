import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';
import { oldWarnings } from './kit/herrings.ts';

/** Forty warnings of the last hour on every kind of pod; every one of them is over. */
export const scenario: HardScenario = {
  slug: 'noisy-forty-warnings',
  title: 'Somebody looks at a page of red Events and asks',
  theme: 'healthy-but-noisy',
  families: ['hard'],
  build(scene) {
    const { plan, app, bystanders } = basePlan(scene);
    oldWarnings(plan, [app.orders, app.catalog, app.frontend, app.extra, bystanders.other], 7);
    servesWell(plan, [app.orders, app.catalog, app.frontend]);
    plan.question = `Is anything wrong in ${app.namespace}?`;
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
