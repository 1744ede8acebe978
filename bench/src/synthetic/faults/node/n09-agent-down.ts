import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { nodeNotReady, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { sandboxFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { workersOf } from '../../kit/nodes.ts';

const WORDS = {
  calico: {
    sandbox:
      'plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
    says: [
      '{time} [INFO][1] cni-installer/<nil> <nil>: Installed /host/opt/cni/bin/calico',
      '{time} [ERROR][1] cni-installer/<nil> <nil>: Unable to create token for CNI kubeconfig error=Post "https://10.96.0.1:443/api/v1/namespaces/kube-system/serviceaccounts/calico-cni-plugin/token": dial tcp 10.96.0.1:443: i/o timeout',
      '{time} [FATAL][1] cni-installer/<nil> <nil>: Unable to create token for CNI kubeconfig',
    ],
  },
  cilium: {
    sandbox:
      'plugin type="cilium-cni" failed (add): unable to connect to Cilium agent: failed to create cilium agent client after 30.000000 seconds timeout: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory\nIs the agent running?',
    says: [
      'time="{time}" level=info msg="Cilium 1.17.4 go version go1.24.3 linux/amd64" subsys=daemon',
      'time="{time}" level=info msg="Initializing BPF filesystem" subsys=bpf',
      'time="{time}" level=fatal msg="failed to start: daemon creation failed: error while initializing daemon: failed while reinitializing datapath: cannot load program: permission denied" subsys=daemon',
    ],
  },
  flannel: {
    sandbox:
      'plugin type="flannel" failed (add): failed to load flannel \'subnet.env\' file: open /run/flannel/subnet.env: no such file or directory. Check the flannel pod log for this node.',
    says: [
      'I{time} 1 main.go:211] CLI flags config: {etcdEndpoints:http://127.0.0.1:4001,http://127.0.0.1:2379 etcdPrefix:/coreos.com/network kubeSubnetMgr:true}',
      "E{time} 1 main.go:227] Failed to create SubnetManager: error retrieving pod spec for 'kube-flannel': Unauthorized",
    ],
  },
} as const;

const agentOf = (scene: Scene): string =>
  ({ calico: 'calico-node', cilium: 'cilium', flannel: 'kube-flannel-ds' })[scene.cluster.cni];

/** N09: the network agent of one node does not come up, whatever the plug-in; new pods there get no network. */
export const fault: Fault = {
  code: 'N09-agent',
  name: 'CNI agent of a node down',
  lookAlikes: ['K03', 'N02'],
  scenario: {
    slug: 'n09-agent',
    title: 'New pods hang in ContainerCreating, always on the same node',
    families: ['node', 'network'],
    build(scene) {
      const { plan, app, system } = basePlan(scene);
      const { bad } = workersOf(plan);
      const at = scene.around('agent', 29);
      const moved = [app.catalog, app.extra];
      for (const workload of moved) workload.progress = 'complete';
      const madeAt = scene.repaired ? scene.repairedAt + MINUTE : at + 2 * MINUTE;
      const { sandbox, says } = WORDS[scene.cluster.cni];
      const id = scene.random.hex('sandbox', 64);
      const failing = sandboxFailing(
        `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${id}": ${sandbox}`,
      );
      for (const workload of moved) {
        workload.replicas = 1;
        workload.pods = [
          { revision: 'current', state: scene.repaired ? running() : failing, created: madeAt, node: bad.name },
        ];
      }
      const crashed = crashLooping({ exitCode: 1, ran: 3, since: at, says });
      system.cni.pods = plan.nodes.map((node) => ({
        revision: 'current',
        state: node === bad && !scene.repaired ? crashed : running(),
        node: node.name,
      }));
      if (scene.repaired) return plan;
      for (const workload of moved) for (const pod of realise(plan, workload).pods) podNotReady(plan, pod, madeAt);
      // When the plug-in's configuration is gone as well, the runtime says that it has no network at all.
      if (!scene.random.chance('uninitialized', 0.4)) return plan;
      bad.conditions['Ready'] = {
        status: 'False',
        reason: 'KubeletNotReady',
        message:
          'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
        since: at + 3 * MINUTE,
      };
      bad.taints.push({
        effect: 'NoSchedule',
        key: 'node.kubernetes.io/not-ready',
        timeAdded: stamp(at + 3 * MINUTE + SECOND),
      });
      nodeNotReady(plan, bad, at + 3 * MINUTE);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'DaemonSet', namespace: 'kube-system', name: agentOf(scene) }, { kind: 'Node' }],
        category: ['cni-failure'],
        keywords: [[scene.cluster.cni, 'cni plugin not initialized']],
        not: [
          { kind: 'Deployment' },
          { category: 'pod-ips-exhausted' },
          { category: 'container-runtime-down' },
          { category: 'app-crash' },
        ],
      }),
  },
};
