import { MINUTE } from '@headwater/core/time.ts';
import { deploymentReplicasMismatch, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { sandboxFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { workersOf } from '../../kit/nodes.ts';

function words(scene: Scene): string {
  const { cni, podNetwork } = scene.cluster;
  const cloud =
    'plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container';
  if (!scene.cluster.selfManaged && cni === 'cilium' && scene.random.chance('aws', 0.5)) return cloud;
  if (cni === 'calico')
    return scene.random.pick('calico', [
      'plugin type="calico" failed (add): failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No more free affine blocks and strict affinity enabled',
      'plugin type="calico" failed (add): error adding pod to CNI network: no more IP addresses available: Assigned 0 out of 1 requested IPv4 addresses; No IPs available in pools: [' +
        podNetwork +
        '.0.0/26]',
    ]);
  if (cni === 'cilium')
    return 'plugin type="cilium-cni" failed (add): unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure  range is full';
  return `plugin type="flannel" failed (add): failed to delegate add: failed to allocate for range 0: no IP addresses available in range set: ${podNetwork}.1.1-${podNetwork}.1.254`;
}

/** K03: no address is left for new pods. */
export const fault: Fault = {
  code: 'K03',
  name: 'pod IPs exhausted',
  lookAlikes: ['N09', 'N02', 'S11'],
  scenario: {
    slug: 'k03-ips-exhausted',
    title: 'A scaled-up service gets no more pods running',
    families: ['network'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { bad } = workersOf(plan);
      const at = scene.around('scaled', 24);
      const text = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${scene.random.hex('sandbox', 64)}": ${words(scene)}`;
      const wanted = scene.random.int('wanted', 2, 4);
      for (const workload of [app.catalog, app.extra]) {
        const old = workload.changedAt;
        workload.replicas = 1 + wanted;
        workload.progress = 'complete';
        workload.pods = Array.from({ length: 1 + wanted }, (_, index) => ({
          revision: 'current',
          created: index === 0 ? old + 1_000 : at + index * 2_000,
          state: index === 0 || scene.repaired ? running() : sandboxFailing(text),
          ...(scene.repaired && index > 0 ? { created: scene.repairedAt + index * 2_000 } : {}),
          ...(index > 0 ? { node: bad.name } : {}),
        }));
      }
      if (scene.cluster.cni === 'calico')
        plan.objects.push(
          object(
            scene,
            { apiVersion: 'crd.projectcalico.org/v1', kind: 'IPPool', name: 'default-ipv4-ippool' },
            { created: daysBefore(scene, 200) },
            {
              spec: {
                blockSize: 26,
                cidr: `${scene.cluster.podNetwork}.0.0/${scene.repaired ? 16 : 26}`,
                ipipMode: 'Always',
                natOutgoing: true,
                nodeSelector: 'all()',
              },
            },
          ),
        );
      if (scene.repaired) return plan;
      for (const workload of [app.catalog, app.extra]) {
        deploymentReplicasMismatch(plan, workload, at);
        for (const pod of realise(plan, workload).pods.slice(1)) podNotReady(plan, pod, at + MINUTE / 2);
      }
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }, { kind: 'IPPool' }, { kind: 'DaemonSet', namespace: 'kube-system' }],
        category: ['pod-ips-exhausted'],
        keywords: [
          [
            'no IP addresses available',
            'failed to assign an IP',
            'requested IPv4 addresses',
            'range is full',
            'no more addresses',
            'out of addresses',
            'No more free',
          ],
        ],
        not: [{ kind: 'Deployment' }, { category: 'cni-failure' }, { category: 'insufficient-cpu' }],
      }),
  },
};
