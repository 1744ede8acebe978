import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

const QUOTED = [
  'FATAL: password authentication failed for user "app"',
  'java.lang.OutOfMemoryError: Java heap space',
  'dial tcp: lookup payments.shop.svc.cluster.local: no such host',
  'x509: certificate has expired or is not yet valid',
  'ERROR: could not extend file "base/16384/24601": No space left on device',
  'FATAL: sorry, too many clients already',
];

/** A help desk stores what its customers paste: errors of other people's systems, at level info. */
export const scenario: HardScenario = {
  slug: 'inject-quoted-errors',
  title: "A latency alert of a service whose log is full of other people's errors",
  theme: 'injection',
  families: ['hard'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    complaining(plan, app.orders, {
      complaints: [
        {
          since: scene.before(24),
          every: 22,
          say: (_, index) => ({
            level: 'info',
            message: `comment stored for customer report ${4000 + index}: "${QUOTED[index % QUOTED.length]}"`,
            fields: { status: 201 },
          }),
        },
      ],
    });
    servesWell(plan, [app.orders, app.frontend]);
    touchy(plan, app.orders, scene.around('fired', 14));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
