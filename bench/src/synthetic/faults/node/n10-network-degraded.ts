import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import { podEvent } from '@headwater/testkit/world/pod-states/parts.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { hostCounter, placeOn, workersOf } from '../../kit/nodes.ts';
import { calleeOf, callFailed } from '../../kit/runtime-errors.ts';

/** N10: the network card of one node loses packets; whoever is placed there is slow, in both directions. */
export const fault: Fault = {
  code: 'N10',
  name: 'network loss on a node',
  lookAlikes: ['K06', 'K07', 'N11', 'N03'],
  scenario: {
    slug: 'n10-network-degraded',
    title: 'Several services are slow for all their callers, and calls fail now and then',
    families: ['node', 'network'],
    build(scene) {
      const { plan, app } = basePlan(scene, { decoy: false });
      const { bad, good, workers } = workersOf(plan);
      const at = scene.around('loss', 22);
      const state = scene.repaired ? running() : probed(at);
      placeOn(plan, app.catalog, [{ node: bad, state }]);
      placeOn(plan, app.extra, [{ node: bad, state }]);
      const callee = calleeOf(plan, app.catalog, app.port, '/api/items');
      const complaint = {
        since: at + 9 * SECOND,
        every: 70,
        say: callFailed(scene, app.orders, { callee, failure: 'read-timeout' }),
      };
      placeOn(plan, app.orders, [
        { node: good, complaints: [complaint] },
        { node: good, complaints: [complaint] },
      ]);
      for (const node of workers) wire(plan, node, { at, lossy: node === bad });
      for (const workload of [app.catalog, app.extra, app.orders])
        for (const pod of realise(plan, workload).pods)
          addMetrics(
            plan,
            traffic(scene, pod, {
              rate: steady(scene, pod.name, 8),
              errors: during(scene, at, { normal: () => 0.001, faulty: () => (workload === app.orders ? 0.07 : 0.02) }),
              seconds: during(scene, at, { normal: () => 0.04, faulty: () => (workload === app.orders ? 0.52 : 0.66) }),
            }),
          );
      if (scene.random.chance('node-alert', 0.5))
        alert(plan, {
          alertname: 'NodeNetworkReceiveErrs',
          severity: 'warning',
          labels: { device: 'eth0', instance: bad.name, job: 'node-exporter', node: bad.name },
          summary: 'Network interface is reporting many receive errors.',
          description: `${bad.name} interface eth0 has encountered 4120 receive errors in the last two minutes.`,
          at: at + 4 * MINUTE,
        });
      highLatency(plan, app.catalog, { since: at, seconds: 3.2 });
      highLatency(plan, app.extra, { since: at, seconds: 2.8 });
      highErrorRate(plan, app.orders, { since: at, percent: 7 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }],
        category: ['node-network-degraded'],
        keywords: [['retrans', 'receive errors', 'network']],
        not: [
          { kind: 'Deployment' },
          { category: 'network-delay' },
          { category: 'conntrack-full' },
          { category: 'upstream-timeout' },
        ],
      }),
  },
};

function wire(plan: Plan, node: NodePlan, { at, lossy }: { at: number; lossy: boolean }): void {
  const { scene } = plan;
  const level = (normal: number, faulty: number) =>
    during(scene, at, {
      normal: steady(scene, node.name, normal),
      faulty: steady(scene, node.name, lossy ? faulty : normal),
    });
  hostCounter(plan, node, { name: 'node_netstat_Tcp_RetransSegs', rate: level(0.6, 118) });
  hostCounter(plan, node, { name: 'node_netstat_Tcp_OutSegs', rate: level(2400, 2100) });
  hostCounter(plan, node, { name: 'node_network_receive_errs_total', labels: { device: 'eth0' }, rate: level(0, 34) });
  hostCounter(plan, node, {
    name: 'node_network_receive_packets_total',
    labels: { device: 'eth0' },
    rate: level(3100, 2800),
  });
}

// The kubelet probes over the same card from its own host, so only the callers' packets get lost; a probe is late now and then.
function probed(at: number): PodState {
  return (frame) => {
    const outcome = running()(frame);
    const port = mainContainer(frame.spec).ports?.[0]?.containerPort ?? 8080;
    const event = podEvent(frame, {
      type: 'Warning',
      reason: 'Unhealthy',
      message: `Readiness probe failed: Get "http://${frame.ip}:${port}/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      container: mainContainer(frame.spec).name,
      first: at + MINUTE,
      last: frame.scene.now - 2 * MINUTE,
      count: 4,
    });
    return { ...outcome, events: [...outcome.events, event] };
  };
}
