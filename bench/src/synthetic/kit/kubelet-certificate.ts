import { MINUTE, type Millis } from '@headwater/core/time.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { NodePlan } from '@headwater/testkit/world/plan.ts';
import { type Scene, stamp } from '@headwater/testkit/world/scene.ts';

export type KubeletCertificate = 'client' | 'server';

const SIGNERS = {
  client: { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages: ['digital signature', 'client auth'] },
  server: { signerName: 'kubernetes.io/kubelet-serving', usages: ['digital signature', 'server auth'] },
} as const;

/** The requests a kubelet makes every quarter of an hour while nobody decides; approved ones when `approved` is given. */
export function certificateRequests(
  scene: Scene,
  node: NodePlan,
  asked: { kind: KubeletCertificate; from: Millis; count: number; approved?: Millis },
): KubeJson[] {
  return Array.from({ length: asked.count }, (_, index) => {
    const at = asked.approved ?? asked.from + index * 15 * MINUTE;
    const name = `csr-${scene.random.suffix(`csr/${node.name}/${index}`, 5)}`;
    return object(
      scene,
      { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', name },
      { created: at, generateName: 'csr-' },
      {
        spec: {
          groups: ['system:nodes', 'system:authenticated'],
          request: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0=',
          username: `system:node:${node.name}`,
          ...SIGNERS[asked.kind],
        },
        status: asked.approved
          ? {
              certificate: 'cmVkYWN0ZWQ=',
              conditions: [
                {
                  type: 'Approved',
                  status: 'True',
                  reason: 'AutoApproved',
                  message: 'Auto approving kubelet certificate after SubjectAccessReview.',
                  lastUpdateTime: stamp(at + 1_000),
                },
              ],
            }
          : {},
      },
    );
  });
}
