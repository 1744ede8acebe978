import { DAY, HOUR, MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, counter, during, gauge } from '@headwater/testkit/world/metrics.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { certificateRequests, type KubeletCertificate } from '../../kit/kubelet-certificate.ts';
import { workersOf } from '../../kit/nodes.ts';

const kindOf = (scene: Scene): KubeletCertificate => scene.random.pick('which', ['client', 'server'] as const);

/** A kubelet's certificate runs out within hours and the request for its successor lies undecided. */
export const fault: Fault = {
  code: 'X04-renewal',
  name: 'kubelet certificate is not renewed',
  lookAlikes: ['N01', 'X01'],
  scenario: {
    slug: 'x04-renewal-pending',
    title: 'A node works, and its certificate runs out soon',
    families: ['certificate', 'node'],
    build(scene) {
      const { plan } = basePlan(scene);
      const { bad, workers } = workersOf(plan);
      const kind = kindOf(scene);
      const left = scene.random.int('left', 3, 20) * HOUR;
      const end = scene.zero + left;
      const label = (address: string, node: string) => ({
        instance: `${address}:10250`,
        job: 'kubelet',
        metrics_path: '/metrics',
        node,
      });
      for (const node of workers) {
        const healthy = scene.zero + 200 * DAY;
        const renewed = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
        const until = (time: number): number => (node !== bad || time > renewed ? healthy : end);
        addMetrics(
          plan,
          gauge(
            scene,
            `kubelet_certificate_manager_${kind}_ttl_seconds`,
            label(node.address, node.name),
            (time) => (until(time) - time) / SECOND,
          ),
        );
        if (kind === 'client')
          addMetrics(
            plan,
            counter(
              scene,
              'kubelet_certificate_manager_client_expiration_renew_errors',
              label(node.address, node.name),
              {
                rate: during(scene, scene.before(300), { normal: () => 0, faulty: () => (node === bad ? 1 / 900 : 0) }),
              },
            ),
          );
      }
      plan.objects.push(
        ...certificateRequests(scene, bad, {
          kind,
          from: scene.before(50),
          count: scene.repaired ? 1 : 4,
          ...(scene.repaired ? { approved: scene.repairedAt } : {}),
        }),
      );
      const title = kind === 'client' ? 'Client' : 'Server';
      alert(plan, {
        alertname: `Kubelet${title}CertificateExpiration`,
        severity: 'critical',
        labels: label(bad.address, bad.name),
        summary: `Kubelet ${kind} certificate is about to expire.`,
        description: `${title} certificate for Kubelet on node ${bad.name} expires in ${Math.floor(left / HOUR)}h 12m 4s on cluster .`,
        at: scene.zero - 4 * HOUR - 3 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Node' }, { kind: 'CertificateSigningRequest' }],
        category: ['certificate-expired'],
        keywords: [
          ['certificate'],
          [kindOf(scene) === 'client' ? 'client' : 'serv', `kubelet_certificate_manager_${kindOf(scene)}_ttl_seconds`],
        ],
        not: [{ kind: 'Deployment' }, { category: 'kubelet-down' }, { category: 'node-lost' }],
      }),
  },
};
