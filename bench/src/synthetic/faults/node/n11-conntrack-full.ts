import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, ramp, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { hostCounter, hostGauge, nodeEvent, placeOn, workersOf } from '../../kit/nodes.ts';
import { calleeOf, callFailed } from '../../kit/runtime-errors.ts';

/** N11: the connection table of one node is full; nobody there gets a new connection. */
export const fault: Fault = {
  code: 'N11',
  name: 'conntrack table full',
  lookAlikes: ['N10', 'K11', 'K01'],
  scenario: {
    slug: 'n11-conntrack-full',
    title: 'Calls from some pods time out while connecting, in several services',
    families: ['node', 'network'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { decoy: false });
      const { bad, good, workers } = workersOf(plan);
      const { random } = scene;
      const at = scene.around('full', 20);
      const failing = (
        caller: typeof app.orders,
        target: typeof app.orders,
        failure: 'connect-timeout' | 'lookup-timeout',
      ) => ({
        since: at + 7 * SECOND,
        every: 40,
        say: callFailed(scene, caller, { callee: calleeOf(plan, target, app.port, '/api/list'), failure }),
      });
      placeOn(plan, app.orders, [
        { node: bad, complaints: [failing(app.orders, app.catalog, 'connect-timeout')] },
        { node: good },
      ]);
      placeOn(plan, app.frontend, [
        {
          node: bad,
          complaints: [
            failing(app.frontend, app.orders, random.pick('frontend', ['connect-timeout', 'lookup-timeout'] as const)),
          ],
        },
      ]);
      placeOn(plan, bystanders.other, [{ node: bad }]);
      const limit = random.pick('limit', [65_536, 131_072, 262_144]);
      for (const node of workers) {
        const full = ramp(at - 12 * MINUTE, at, [0.12 * limit, 0.998 * limit]);
        const calm = steady(scene, node.name, 0.11 * limit);
        const until = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
        hostGauge(plan, node, {
          name: 'node_nf_conntrack_entries',
          value: node === bad ? (time) => (time < until ? full(time) : calm(time)) : calm,
        });
        hostGauge(plan, node, { name: 'node_nf_conntrack_entries_limit', value: () => limit });
        hostCounter(plan, node, { name: 'node_netstat_Tcp_RetransSegs', rate: () => 0.8 });
        hostCounter(plan, node, { name: 'node_netstat_Tcp_OutSegs', rate: () => 2200 });
      }
      for (const [index, pod] of realise(plan, app.orders).pods.entries())
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: steady(scene, pod.name, 6),
            errors: during(scene, at, { normal: () => 0.002, faulty: () => (index === 0 ? 0.4 : 0.003) }),
          }),
        );
      if (random.chance('problem-detector', 0.4))
        nodeEvent(plan, bad, {
          reason: 'ConntrackFull',
          component: 'kernel-monitor',
          message: 'nf_conntrack: nf_conntrack: table full, dropping packet',
          first: at,
          last: scene.before(1),
          count: 21,
        });
      highErrorRate(plan, app.orders, { since: at, percent: 20 });
      highErrorRate(plan, app.frontend, { since: at, percent: 35 });
      if (random.chance('node-alert', 0.6))
        alert(plan, {
          alertname: 'NodeHighNumberConntrackEntriesUsed',
          severity: 'warning',
          labels: { instance: bad.name, job: 'node-exporter', node: bad.name },
          summary: 'Number of conntrack are getting close to the limit.',
          description: `${bad.name} 99.8% of conntrack entries are used.`,
          at: at - 2 * MINUTE,
        });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }],
        category: ['conntrack-full'],
        keywords: [['conntrack']],
        not: [{ kind: 'Deployment' }, { category: 'node-network-degraded' }, { category: 'dns-down' }],
      }),
  },
};
