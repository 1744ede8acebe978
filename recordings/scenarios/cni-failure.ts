import { MINUTE } from '@headwater/core/time.ts';
import { alert, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { sandboxFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

const SANDBOX =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "9c1f6d2a41b7e0c35d8a": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/';

/** N09: the network plug-in's agent died on one node; new pods there get no network, old ones run on. */
export const scenario: Scenario = {
  slug: 'cni-failure',
  title: 'New pods hang in ContainerCreating, always on the same node',
  families: ['node', 'network'],
  cluster: { cni: 'calico' },
  build(scene) {
    const { plan, app, system } = basePlan(scene);
    const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane);
    const bad = workers[1];
    if (!bad) return plan;
    const at = scene.around('agent', 31);
    const moved = [app.catalog, app.frontend];
    for (const workload of moved) workload.progress = 'complete';
    if (scene.repaired) {
      system.cni.pods = plan.nodes.map((node) => ({
        revision: 'current',
        state: running(),
        node: node.name,
        ...(node === bad ? { created: scene.repairedAt, salt: 'new' } : {}),
      }));
      for (const workload of moved)
        workload.pods = Array.from({ length: workload.replicas }, () => ({
          revision: 'current',
          state: running(),
          created: scene.repairedAt + MINUTE,
          node: bad.name,
        }));
      return plan;
    }
    const says = [
      '{time} [INFO][9] startup/startup.go 445: Early log level set to info',
      '{time} [INFO][9] startup/startup.go 136: Datastore is ready',
      '{time} [FATAL][9] startup/autodetection_methods.go 103: Unable to auto-detect an IPv4 address using interface regexes [eth1]: no valid IPv4 addresses found on the host interfaces',
      'Calico node failed to start',
    ];
    const crashed = crashLooping({ exitCode: 1, ran: 2, since: at, says });
    system.cni.pods = plan.nodes.map((node) => ({
      revision: 'current',
      state: node === bad ? crashed : running(),
      node: node.name,
    }));
    for (const workload of moved) {
      workload.pods = Array.from({ length: workload.replicas }, () => ({
        revision: 'current',
        state: sandboxFailing(SANDBOX),
        created: at + 2 * MINUTE,
        node: bad.name,
      }));
      for (const pod of realise(plan, workload).pods) podNotReady(plan, pod, at + 2 * MINUTE);
    }
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
      category: ['cni-failure'],
      keywords: [['calico'], ['failed to setup network for sandbox', 'auto-detect an IPv4 address']],
      not: [{ kind: 'Deployment' }, { category: 'pod-ips-exhausted' }],
    }),
};
