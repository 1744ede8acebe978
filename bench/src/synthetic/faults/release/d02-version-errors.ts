import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { serve } from '../../kit/load.ts';
import { errorLine, type Failure, runtimeOf } from '../../kit/runtimes.ts';
import { requestsAround } from '../../kit/spans.ts';
import { release } from '../../kit/versions.ts';

/** A release that came up well and fails on a part of its requests. */
export const fault: Fault = {
  code: 'D02',
  name: 'new version fails',
  lookAlikes: ['Y01', 'C09', 'Y11'],
  scenario: {
    slug: 'd02-version-errors',
    title: 'Error rate of one service is up since this morning',
    families: ['rollout'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { payments, orders, port } = app;
      const at = scene.around('rollout', 24);
      release(plan, payments, at);
      const words = bug(payments);
      if (!scene.repaired)
        complaining(plan, payments, {
          complaints: [{ since: at + 20_000, every: 19, say: () => errorLine('POST /authorize failed', words) }],
        });
      complaining(plan, orders, {
        complaints: [
          {
            since: at + 25_000,
            every: 31,
            say: () => ({
              level: 'error',
              message: `POST http://${payments.name}:${port}/authorize: 500 Internal Server Error`,
              fields: { status: 502 },
            }),
          },
        ],
      });
      serve(plan, payments, { since: at, errors: [0.002, 0.31], rate: [11, 11] });
      serve(plan, orders, { since: at, errors: [0.001, 0.2] });
      requestsAround(plan, at, (faulty) => ({
        legs: [
          { workload: orders, operation: 'POST /api', own: 8, error: faulty ? '502' : undefined },
          { workload: payments, operation: 'POST /authorize', own: 12, error: faulty ? words.message : undefined },
        ],
      }));
      if (scene.random.chance('only-caller', 0.35)) highErrorRate(plan, orders, { since: at, percent: 20 });
      else highErrorRate(plan, payments, { since: at, percent: 31 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
        category: ['version-errors'],
        keywords: [
          ['NullPointerException', 'TypeError', 'AttributeError', 'nil pointer'],
          ['image', 'version', 'revision'],
        ],
        not: [
          { category: 'dependency-failing' },
          { category: 'feature-flag' },
          { kind: 'Deployment', name: scene.cast.orders },
        ],
      }),
  },
};

function bug(workload: Workload): Failure {
  switch (runtimeOf(workload)) {
    case 'java':
      return {
        message: 'java.lang.NullPointerException: Cannot invoke "Discount.rate()" because "discount" is null',
        trace: [
          '\tat com.example.PriceCalculator.total(PriceCalculator.java:118)',
          '\tat com.example.AuthorizeHandler.handle(AuthorizeHandler.java:47)',
        ],
      };
    case 'python':
      return {
        message: "AttributeError: 'NoneType' object has no attribute 'rate'",
        trace: [
          'Traceback (most recent call last):',
          '  File "/app/pricing.py", line 118, in total',
          "AttributeError: 'NoneType' object has no attribute 'rate'",
        ],
      };
    case 'node':
      return {
        message: "TypeError: Cannot read properties of undefined (reading 'rate')",
        trace: ['    at total (/app/dist/pricing.js:118:31)', '    at authorize (/app/dist/handlers.js:47:12)'],
      };
    case 'go':
      return { message: 'panic recovered: runtime error: invalid memory address or nil pointer dereference' };
  }
}
