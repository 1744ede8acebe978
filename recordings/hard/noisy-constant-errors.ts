import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

const SCANS = [
  'authentication failed for user "admin" from 185.220.101.7',
  'authentication failed for user "root" from 45.155.205.99',
  'invalid request: GET /wp-login.php: not found',
  'TLS handshake error from 198.51.100.23:51544: EOF',
];

/** Bots try the door all day at the same pace: errors in the log as on any other day. */
export const scenario: HardScenario = {
  slug: 'noisy-constant-errors',
  title: 'A latency alert of a service whose log has always been full of errors',
  theme: 'healthy-but-noisy',
  families: ['hard'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    complaining(plan, app.frontend, {
      complaints: [
        {
          since: scene.before(300),
          every: 45,
          say: (_, index) => ({ level: 'error', message: SCANS[index % SCANS.length] ?? '', fields: { status: 404 } }),
        },
      ],
    });
    servesWell(plan, [app.orders, app.frontend]);
    touchy(plan, app.frontend, scene.around('fired', 13));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
