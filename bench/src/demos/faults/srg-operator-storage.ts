import { causeIs } from '../../../../recordings/expect.ts';
import { demo } from '../stage.ts';
import { addTidb } from '../tidb.ts';
import { statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { type PodPlan } from '@headwater/testkit/world/plan.ts';
import { unschedulable } from '@headwater/testkit/world/pod-states/pending.ts';
import { pendingClaim } from '@headwater/testkit/world/storage.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The operator makes claims of a StorageClass nobody defined; its Pods stay pending. */
export const fault: Fault = {
  code: 'SRG-operator-storage',
  name: 'a custom resource with a class that does not exist',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-operator-storage',
    title: 'A database component is pending',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const at = scene.around('applied', 12);
      const { pd } = addTidb(plan, { at, pd: { storageClassName: 'ThisIsAStorageClass' } });
      const nodes = plan.nodes.length;
      pd.pods = Array.from(
        { length: 3 },
        (): PodPlan => ({
          revision: 'current',
          created: at,
          state: unschedulable({ nodes, why: 'pod has unbound immediate PersistentVolumeClaims.' }),
        }),
      );
      for (const index of [0, 1, 2]) {
        const claim = pendingClaim(scene, {
          namespace: 'tidb-cluster',
          name: `pd-basic-pd-${index}`,
          size: '1Gi',
          created: at,
          className: 'ThisIsAStorageClass',
          labels: pd.selector,
        });
        plan.objects.push(claim);
        plan.events.push({
          about: about(claim),
          type: 'Warning',
          reason: 'ProvisioningFailed',
          message: 'storageclass.storage.k8s.io "ThisIsAStorageClass" not found',
          component: 'persistentvolume-controller',
          count: 40,
          first: at,
          last: scene.before(0, 12),
        });
      }
      statefulSetReplicasMismatch(plan, pd, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'TidbCluster', namespace: 'tidb-cluster', name: 'basic' },
          { kind: 'StatefulSet', namespace: 'tidb-cluster', name: 'basic-pd' },
          { kind: 'PersistentVolumeClaim', namespace: 'tidb-cluster' },
        ],
        category: ['storageclass-missing'],
        keywords: [['ThisIsAStorageClass']],
      }),
  },
};
