import { causeIs } from '../../../../recordings/expect.ts';
import { workersOf } from '../../synthetic/kit/nodes.ts';
import { HOTEL, addHotel } from '../hotel.ts';
import { demo } from '../stage.ts';
import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { mountFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { boundClaim } from '@headwater/testkit/world/storage.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** Both replicas mount one ReadWriteOnce claim and must not share a node. */
export const fault: Fault = {
  code: 'SRG-duplicate-pvc',
  name: 'two replicas share a claim for one',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-duplicate-pvc',
    title: 'The second replica of a frontend never starts',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const { bad, good } = workersOf(plan);
      const at = scene.around('applied', 12);
      plan.objects.push(...boundClaim(scene, { namespace: HOTEL, name: 'frontend-pvc', size: '1Gi', created: at }));
      const { frontend } = hotel;
      frontend.replicas = 2;
      frontend.spec.volumes = [{ name: 'frontend-volume', persistentVolumeClaim: { claimName: 'frontend-pvc' } }];
      mainContainer(frontend.spec).volumeMounts = [{ name: 'frontend-volume', mountPath: '/frontend-data' }];
      frontend.spec['affinity'] = {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            {
              labelSelector: {
                matchExpressions: [{ key: 'io.kompose.service', operator: 'In', values: ['frontend'] }],
              },
              topologyKey: 'kubernetes.io/hostname',
            },
          ],
        },
      };
      frontend.pods = [
        { revision: 'current', salt: 'a', state: running(), node: good.name, created: at },
        {
          revision: 'current',
          salt: 'b',
          node: bad.name,
          created: at,
          state: mountFailing({
            reason: 'FailedAttachVolume',
            component: 'attachdetach-controller',
            message:
              'Multi-Attach error for volume "pvc-8e0c2f5a-9b1d-4f7e-8a3c-2d6f1b0e9c77" Volume is already used by pod(s) frontend',
          }),
        },
      ];
      frontend.progress = 'progressing';
      deploymentReplicasMismatch(plan, frontend, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'hotel-reservation', name: 'frontend' },
          { kind: 'PersistentVolumeClaim', namespace: 'hotel-reservation', name: 'frontend-pvc' },
        ],
        category: ['volume-attach-failed', 'pv-already-bound', 'anti-affinity-conflict', 'volume-node-affinity'],
      }),
  },
};
