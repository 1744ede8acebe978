import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { placeOn, workersOf } from '../../kit/nodes.ts';
import { calleeOf, callFailed } from '../../kit/runtime-errors.ts';

/** K13: one node lost its routes to the others; what stays on the node works, what crosses it does not. */
export const fault: Fault = {
  code: 'K13-bgp',
  name: 'routing between nodes broken',
  lookAlikes: ['N10', 'N03', 'K04'],
  scenario: {
    slug: 'k13-bgp',
    title: 'Some replicas reach no pod on other nodes, others work',
    families: ['network', 'node'],
    cluster: { cni: 'calico' },
    build(scene) {
      const { plan, app, system } = basePlan(scene);
      const { bad, good } = workersOf(plan);
      const { random } = scene;
      const at = scene.around('drift', 23);
      const peers = plan.nodes.filter((node) => node !== bad).map(({ address }) => address);
      const probe = random.pick('bird', [
        `calico/node is not ready: BIRD is not ready: BGP not established with ${peers.join(',')}`,
        'calico/node is not ready: BIRD is not ready: Error querying BIRD: unable to connect to BIRDv4 socket: dial unix /var/run/calico/bird.ctl: connect: connection refused',
      ]);
      const main = system.cni.spec.containers[0];
      if (main)
        main.readinessProbe = {
          exec: { command: ['/bin/calico-node', '-felix-ready', '-bird-ready'] },
          failureThreshold: 3,
          periodSeconds: 10,
          successThreshold: 1,
          timeoutSeconds: 10,
        };
      const lines = (from: number) => [
        `${new Date(from).toISOString()} bird: BGP: Unexpected connect from unknown address ${bad.address} (port 41023)`,
        `${new Date(from + 9_000).toISOString()} bird: Mesh_${peers[0]?.replaceAll('.', '_')}: State changed to stop`,
      ];
      system.cni.pods = plan.nodes.map((node) => ({
        revision: 'current',
        node: node.name,
        state:
          node === bad && !scene.repaired
            ? notReady({ probe, since: at + 20 * SECOND, logs: [{ container: 'calico-node', lines: lines(at) }] })
            : running(),
      }));
      placeOn(plan, app.catalog, [{ node: good }]);
      const callee = calleeOf(plan, app.catalog, app.port, '/api/items');
      const failure = random.pick('failure', ['connect-timeout', 'no-route'] as const);
      const complaint = { since: at + 25 * SECOND, every: 35, say: callFailed(scene, app.orders, { callee, failure }) };
      placeOn(plan, app.orders, [{ node: bad, complaints: [complaint] }, { node: good }]);
      if (scene.repaired) return plan;
      highErrorRate(plan, app.orders, { since: at, percent: 40 });
      if (random.chance('daemon-alert', 0.6))
        alert(plan, {
          alertname: 'KubeDaemonSetRolloutStuck',
          severity: 'warning',
          labels: { daemonset: system.cni.name, job: 'kube-state-metrics', namespace: 'kube-system' },
          summary: 'DaemonSet rollout is stuck.',
          description: `DaemonSet kube-system/${system.cni.name} has not finished or progressed for at least 15 minutes on cluster .`,
          at: at + 15 * MINUTE,
        });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'DaemonSet', namespace: 'kube-system', name: 'calico-node' }, { kind: 'Node' }],
        category: ['mtu-or-routing', 'cni-failure'],
        keywords: [['BGP', 'BIRD']],
        not: [
          { kind: 'Deployment' },
          { category: 'kube-proxy-down' },
          { category: 'network-policy-ingress' },
          { category: 'readiness-failing' },
        ],
      }),
  },
};
