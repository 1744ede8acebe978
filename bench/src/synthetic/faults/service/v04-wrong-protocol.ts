import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editService } from '../../kit/edits.ts';
import { callsFail } from '../../kit/failed-calls.ts';

/** The Service was written with UDP for an application that speaks TCP. */
export const fault: Fault = {
  code: 'V04',
  name: 'Service with the wrong protocol',
  lookAlikes: ['V02', 'K01'],
  scenario: {
    slug: 'v04-wrong-protocol',
    title: 'Connections to a healthy backend do not come through',
    families: ['service'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, frontend, payments, catalog, namespace, port } = app;
      const at = scene.around('edit', 24);
      const [victim, callers] = scene.random.pick('victim', [
        [payments, [orders]] as const,
        [catalog, [orders, frontend]] as const,
      ]);
      editService(plan, {
        name: victim.name,
        at,
        change: (service) => {
          for (const entry of service.ports) entry.protocol = 'UDP';
        },
      });
      // iptables lets packets to an unknown port of a cluster address run into the void, IPVS and nftables refuse them.
      const failure = scene.random.pick('proxy-mode', ['connect-timeout', 'refused'] as const);
      for (const caller of callers)
        callsFail(plan, caller, { target: { namespace, name: victim.name, port }, failure, since: at + 5_000 });
      const alerted = scene.random.pick('alerted', callers);
      highErrorRate(plan, alerted, { since: at, percent: scene.random.int('percent', 30, 80) });
      return plan;
    },
    expected: (scene) => {
      const name = scene.random.pick('victim', [scene.cast.payments, scene.cast.catalog]);
      return causeIs({
        causes: [{ kind: 'Service', namespace: scene.cast.namespace, name }],
        category: ['service-protocol-wrong'],
        keywords: [['UDP'], ['TCP']],
        not: [{ category: 'target-port-wrong' }, { category: 'network-policy-ingress' }, { kind: 'Deployment' }],
      });
    },
  },
};
