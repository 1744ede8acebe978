import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { calleeOf, callFailed } from '../../kit/runtime-errors.ts';

/** L03: a rollout changed how one workload resolves names: past the cluster's DNS. */
export const fault: Fault = {
  code: 'L03-policy',
  name: 'wrong dnsPolicy or dnsConfig',
  lookAlikes: ['K02', 'L01', 'C04'],
  scenario: {
    slug: 'l03-policy',
    title: 'One service resolves no name of the cluster, others do',
    families: ['dns', 'config'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders } = app;
      const at = scene.around('rollout', 20);
      const way = scene.random.pick('way', ['Default', 'nameserver', 'None'] as const);
      rollOut(orders, {
        at,
        spec: (spec) => {
          if (way === 'Default') spec['dnsPolicy'] = 'Default';
          else {
            spec['dnsPolicy'] = 'None';
            spec['dnsConfig'] = {
              nameservers: [scene.random.pick('nameserver', ['10.1.0.53', '8.8.8.8', '192.0.2.53'])],
              searches: way === 'None' ? [] : [`${app.namespace}.svc.cluster.local`],
            };
          }
        },
      });
      if (scene.repaired) rollBack(orders, scene.repairedAt);
      const callee = calleeOf(plan, app.catalog, app.port, '/api/items');
      complaining(plan, orders, {
        complaints: [
          { since: at + 30 * SECOND, every: 30, say: callFailed(scene, orders, { callee, failure: 'no-such-host' }) },
        ],
      });
      highErrorRate(plan, orders, { since: at, percent: 95 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['dns-name-wrong'],
        keywords: [['dnsPolicy', 'dnsConfig', 'nameserver']],
        not: [
          { kind: 'Deployment', namespace: 'kube-system' },
          { category: 'dns-down' },
          { category: 'service-missing' },
          { category: 'network-policy-egress' },
        ],
      }),
  },
};
