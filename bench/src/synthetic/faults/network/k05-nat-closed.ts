import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { type Callee, callFailed } from '../../kit/runtime-errors.ts';

const OUTSIDE: readonly Callee[] = [
  { host: 'api.cardco.example', port: 443, address: '198.51.100.23', path: '/v1/charges', scheme: 'https' },
  { host: 'hooks.mailworks.example', port: 443, address: '203.0.113.77', path: '/send', scheme: 'https' },
  { host: 'api.geodata.example', port: 443, address: '192.0.2.140', path: '/v2/lookup', scheme: 'https' },
];

/** K05: the way out of the cluster is closed: several services, several hosts, all outside. */
export const fault: Fault = {
  code: 'K05-nat',
  name: 'egress of the whole cluster blocked',
  lookAlikes: ['Y07', 'N10', 'L01'],
  scenario: {
    slug: 'k05-nat',
    title: 'Calls to several providers fail at once, calls inside the cluster work',
    families: ['network'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { needs: ['payments'] });
      const at = scene.around('blocked', 19);
      const callers = [app.payments, app.extra, bystanders.other];
      for (const [index, caller] of callers.entries()) {
        const callee = OUTSIDE[index];
        if (!callee) continue;
        complaining(plan, caller, {
          complaints: [
            {
              since: at + index * 3 * SECOND,
              every: 35,
              say: callFailed(scene, caller, { callee, failure: 'connect-timeout' }),
            },
          ],
        });
        highErrorRate(plan, caller, { since: at, percent: 90 });
      }
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [],
        category: ['egress-blocked'],
        keywords: [['outside', 'external']],
        not: [
          { category: 'external-api-failing' },
          { category: 'dns-down' },
          { category: 'node-network-degraded' },
          { category: 'upstream-timeout' },
        ],
      }),
  },
};
