import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** L03: a template that takes the node's resolver instead of the cluster's. */
export const scenario: Scenario = {
  slug: 'dns-name-wrong',
  title: 'A service says its database does not exist, others use it',
  families: ['dns'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'] });
    const { orders, database } = app;
    const at = scene.around('rollout', 23);
    rollOut(orders, {
      at,
      spec: (spec) => {
        spec['dnsPolicy'] = 'Default';
      },
    });
    if (scene.repaired) {
      rollBack(orders, scene.repairedAt);
      return plan;
    }
    const words = scene.random.pick('dns-words', [
      `dial tcp: lookup ${database.name} on 10.0.0.2:53: no such host`,
      `java.net.UnknownHostException: ${database.name}: Name or service not known`,
      `psycopg.OperationalError: could not translate host name "${database.name}" to address: Name or service not known`,
      `getaddrinfo ENOTFOUND ${database.name}`,
    ]);
    complaining(plan, orders, {
      complaints: [
        { since: at + 12_000, every: 25, say: () => ({ level: 'error', message: words, fields: { status: 500 } }) },
      ],
    });
    highErrorRate(plan, orders, { since: at, percent: 93 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
      category: ['dns-name-wrong'],
      keywords: [['dnsPolicy'], ['Default']],
      not: [{ category: 'dns-down' }, { category: 'service-missing' }, { kind: 'StatefulSet' }],
    }),
};
