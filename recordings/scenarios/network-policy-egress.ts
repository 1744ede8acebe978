import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { databasePort } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** K02: an egress policy allows the database and forgets DNS, so every name times out, in the selected pods alone. */
export const scenario: Scenario = {
  slug: 'network-policy-egress',
  title: 'One service cannot resolve any name, others can',
  families: ['network', 'dns'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'] });
    const { orders, database, catalog, namespace } = app;
    const at = scene.around('policy', 26);
    if (!scene.repaired) {
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace, name: `${orders.name}-egress` },
          made(at),
          {
            spec: {
              egress: [
                {
                  ports: [{ port: databasePort(scene), protocol: 'TCP' }],
                  to: [{ podSelector: { matchLabels: database.selector } }],
                },
              ],
              podSelector: { matchLabels: orders.selector },
              policyTypes: ['Egress'],
            },
          },
        ),
      );
    }
    const dns = clusterAddress(scene, { namespace: 'kube-system', name: 'kube-dns' });
    const names = [catalog.name, database.name];
    complaining(plan, orders, {
      complaints: [
        {
          since: at + 5_000,
          every: 30,
          say: (_time, index) => ({
            level: 'error',
            message: `dial tcp: lookup ${names[index % 2]} on ${dns}:53: read udp: i/o timeout`,
            fields: { status: 503 },
          }),
        },
      ],
    });
    highErrorRate(plan, orders, { since: at, percent: 99 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'NetworkPolicy', namespace: scene.cast.namespace, name: `${scene.cast.orders}-egress` }],
      category: ['network-policy-egress'],
      keywords: [[`${scene.cast.orders}-egress`], ['53', 'DNS'], ['i/o timeout']],
      not: [{ category: 'dns-down' }, { kind: 'Deployment', namespace: 'kube-system' }, { category: 'dns-name-wrong' }],
    }),
};
