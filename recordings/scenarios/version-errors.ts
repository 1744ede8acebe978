import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** D02: a release that came up well and fails on a third of its requests. */
export const scenario: Scenario = {
  slug: 'version-errors',
  title: 'Error rate of one service is up since this morning',
  families: ['rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { payments } = app;
    const at = scene.around('rollout', 24);
    const tag = `v7.${scene.random.int('new-tag', 0, 20)}.0`;
    rollOut(payments, {
      at,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.image = `${splitImage(main.image).name}:${tag}`;
      },
    });
    plan.changes.push({
      time: at - 8_000,
      kind: 'deploy',
      title: `Deploy ${payments.name} ${tag}`,
      source: 'ci',
      subject: { kind: 'Deployment', namespace: payments.namespace, name: payments.name },
      actor: 'release-bot',
    });
    plan.sources.changes = 'present';
    if (scene.repaired) rollBack(payments, scene.repairedAt);
    else {
      complaining(plan, payments, {
        complaints: [
          {
            since: at + 20_000,
            every: 25,
            say: () => ({
              level: 'error',
              message:
                'POST /authorize failed: java.lang.NullPointerException: Cannot invoke "Discount.rate()" because "discount" is null',
              fields: { status: 500 },
              trace: [
                `\tat com.${scene.cast.organisation}.PriceCalculator.total(PriceCalculator.java:118)`,
                `\tat com.${scene.cast.organisation}.AuthorizeHandler.handle(AuthorizeHandler.java:47)`,
              ],
            }),
          },
        ],
      });
    }
    for (const pod of realise(plan, payments).pods) {
      addMetrics(
        plan,
        traffic(scene, pod, {
          rate: steady(scene, 'rate', 12),
          errors: during(scene, at, { normal: () => 0.002, faulty: () => 0.31 }),
        }),
      );
    }
    highErrorRate(plan, payments, { since: at, percent: 31 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
      category: ['version-errors'],
      keywords: [['NullPointerException', 'Cannot invoke'], [`v7.${scene.random.int('new-tag', 0, 20)}.0`]],
      not: [{ category: 'dependency-failing' }, { category: 'feature-flag' }],
    }),
};
