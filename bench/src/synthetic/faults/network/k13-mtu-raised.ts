import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { highErrorRate, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { during } from '@headwater/testkit/world/metrics.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { restart } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { hostGauge, placeOn, workersOf } from '../../kit/nodes.ts';
import { configureAgent, type NetworkConfig, networkConfig } from '../../kit/pod-network.ts';
import { type Callee, calleeOf, callFailed } from '../../kit/runtime-errors.ts';

const RAISED = 8981;
const FITS = 1450;

/** K13: the pods' MTU was raised above what the wire between the nodes carries; large answers hang, small ones arrive. */
export const fault: Fault = {
  code: 'K13-mtu',
  name: 'MTU above what the network carries',
  lookAlikes: ['N10', 'K07', 'Y07'],
  scenario: {
    slug: 'k13-mtu',
    title: 'Large answers and TLS handshakes hang between nodes, health checks are fine',
    families: ['network'],
    build(scene) {
      const { plan, app, system } = basePlan(scene);
      const { bad, good } = workersOf(plan);
      const at = scene.around('raised', 24);
      configureAgent(system.cni, editConfig(plan, at));
      restart(system.cni, at + 40 * SECOND, stamp(at + 40 * SECOND));
      if (scene.repaired) restart(system.cni, scene.repairedAt, stamp(scene.repairedAt));
      placeOn(plan, app.catalog, [{ node: good }]);
      const failure = scene.random.pick('failure', ['read-timeout', 'tls-timeout'] as const);
      const callee: Callee = {
        ...calleeOf(plan, app.catalog, app.port, '/api/items?limit=500'),
        scheme: failure === 'tls-timeout' ? 'https' : 'http',
      };
      const complaint = { since: at + 2 * MINUTE, every: 40, say: callFailed(scene, app.orders, { callee, failure }) };
      placeOn(plan, app.orders, [{ node: bad, complaints: [complaint] }, { node: good }]);
      const end = at + 50 * SECOND;
      for (const node of plan.nodes) {
        hostGauge(plan, node, { name: 'node_network_mtu_bytes', labels: { device: 'eth0' }, value: () => 1500 });
        const device = { calico: 'tunl0', cilium: 'cilium_vxlan', flannel: 'flannel.1' }[scene.cluster.cni];
        hostGauge(plan, node, {
          name: 'node_network_mtu_bytes',
          labels: { device },
          value: during(scene, end, { normal: () => FITS, faulty: () => RAISED }),
        });
      }
      highErrorRate(plan, app.orders, { since: at + 2 * MINUTE, percent: 34 });
      highLatency(plan, app.orders, { since: at + 2 * MINUTE, seconds: 10 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'ConfigMap', namespace: 'kube-system' },
          {
            kind: 'DaemonSet',
            namespace: 'kube-system',
            name:
              scene.cluster.cni === 'flannel'
                ? 'kube-flannel-ds'
                : scene.cluster.cni === 'calico'
                  ? 'calico-node'
                  : 'cilium',
          },
          { kind: 'Node' },
        ],
        category: ['mtu-or-routing'],
        keywords: [['MTU'], [String(RAISED)]],
        not: [{ kind: 'Deployment' }, { category: 'upstream-timeout' }, { category: 'node-network-degraded' }],
      }),
  },
};

function editConfig(plan: Plan, at: number): NetworkConfig {
  const { scene } = plan;
  const config = networkConfig(plan, scene.repaired ? FITS : RAISED);
  plan.objects.push(
    configMap(scene, {
      namespace: 'kube-system',
      name: config.name,
      data: config.data,
      created: daysBefore(scene, 150),
      edited: { at: scene.repaired ? scene.repairedAt : at, manager: 'kubectl-edit', keys: [config.key] },
    }),
  );
  return config;
}
