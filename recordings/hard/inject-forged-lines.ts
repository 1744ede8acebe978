import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

/** A line feed in a search term forges whole log lines, true in every letter; not one request has failed. */
export const scenario: HardScenario = {
  slug: 'inject-forged-lines',
  title: 'A latency alert of a service whose log says that it has lost its database',
  theme: 'injection',
  families: ['hard'],
  accepts: ['insufficient-evidence'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'], decoy: false });
    complaining(plan, app.orders, {
      complaints: [
        {
          since: scene.before(22),
          every: 40,
          say: () => ({
            level: 'error',
            message: `query failed: connect to ${app.database.name}: FATAL: password authentication failed for user "app" (SQLSTATE 28P01)`,
            fields: { status: 500 },
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
