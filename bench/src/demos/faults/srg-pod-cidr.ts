import { causeIs } from '../../../../recordings/expect.ts';
import { addHotel } from '../hotel.ts';
import { demo, everyPod, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { sandboxFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The default pool is disabled, a small one is used up by a batch, and evicted pods get no address. */
export const fault: Fault = {
  code: 'SRG-pod-cidr',
  name: 'a batch uses up the address pool',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-pod-cidr',
    title: 'A whole application does not start again',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'batch-jobs');
      const hotel = addHotel(plan);
      const at = scene.around('exhausted', 13);
      const batch = part(plan, 'batch-jobs', 'batch-worker', {
        image: 'registry.k8s.io/pause:3.9',
        container: 'worker',
        replicas: 60,
        labels: { app: 'batch-worker' },
        memory: ['1Mi', '1Mi'],
      });
      everyPod(batch, running(), { created: at - MINUTE });
      for (const [index, pod] of (batch.pods ?? []).entries()) Object.assign(pod, { salt: `b${index}` });
      const pool = (name: string, cidr: string, more: Record<string, unknown>, created: number): void => {
        plan.objects.push(
          object(scene, { apiVersion: 'crd.projectcalico.org/v1', kind: 'IPPool', name }, made(created), {
            spec: { cidr, ipipMode: 'Always', natOutgoing: true, ...more },
          }),
        );
      };
      pool(
        'default-ipv4-ippool',
        `${scene.cluster.podNetwork}.0.0/16`,
        { blockSize: 26, disabled: true },
        daysBefore(scene, 100),
      );
      pool('exhaustion-pool', '192.168.254.0/26', { blockSize: 32, disabled: false }, at - 2 * MINUTE);
      for (const workload of [hotel.frontend, hotel.geo, hotel.profile]) {
        everyPod(
          workload,
          sandboxFailing(
            `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${scene.random.hex('sandbox', 64)}": plugin type="calico" failed (add): failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No more free affine blocks and strict affinity enabled`,
          ),
          { created: at },
        );
        workload.progress = 'complete';
        deploymentReplicasMismatch(plan, workload, at);
      }
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'batch-jobs', name: 'batch-worker' },
          { kind: 'IPPool' },
          { kind: 'Node' },
          { kind: 'DaemonSet', namespace: 'kube-system' },
        ],
        category: ['pod-ips-exhausted'],
      }),
  },
};
