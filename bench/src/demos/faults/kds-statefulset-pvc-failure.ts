import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire, part } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { type PodPlan } from '@headwater/testkit/world/plan.ts';
import { unschedulable } from '@headwater/testkit/world/pod-states/pending.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { boundClaim, claimTemplate, pendingClaim } from '@headwater/testkit/world/storage.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** One replica's claim was made again with a StorageClass that does not exist. */
export const fault: Fault = {
  code: 'KDS-statefulset-pvc-failure',
  name: 'a claim of one replica names no class',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-statefulset-pvc-failure',
    title: 'A StatefulSet lacks its third replica',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-statefulset');
      const namespace = 'demo-statefulset';
      const at = scene.around('inject', 9);
      const store = part(plan, namespace, 'kv-store', {
        kind: 'StatefulSet',
        image: 'redis:7-alpine',
        port: 6379,
        replicas: 3,
        mounts: { data: '/data' },
        memory: ['32Mi', '64Mi'],
        claims: claimTemplate(plan, { name: 'data', size: '100Mi' }),
      });
      for (const index of [0, 1])
        plan.objects.push(
          ...boundClaim(scene, {
            namespace,
            name: `data-kv-store-${index}`,
            size: '100Mi',
            created: store.created,
            labels: store.selector,
          }),
        );
      const claim = pendingClaim(scene, {
        namespace,
        name: 'data-kv-store-2',
        size: '100Mi',
        created: at,
        className: 'broken-storage-class',
        labels: store.selector,
      });
      plan.objects.push(claim);
      const nodes = plan.nodes.length;
      store.pods = [0, 1, 2].map(
        (index): PodPlan => ({
          revision: 'current',
          ...(index === 2 ? { created: at + 2 * SECOND } : {}),
          state:
            index === 2
              ? unschedulable({ nodes, why: 'pod has unbound immediate PersistentVolumeClaims.' })
              : running(),
        }),
      );
      plan.events.push({
        about: about(claim),
        type: 'Warning',
        reason: 'ProvisioningFailed',
        message: 'storageclass.storage.k8s.io "broken-storage-class" not found',
        component: 'persistentvolume-controller',
        count: 34,
        first: at + SECOND,
        last: scene.before(0, 10),
      });
      fire(plan, {
        alertname: 'KubeStatefulSetReplicasMismatch',
        severity: 'critical',
        labels: { job: 'kube-state-metrics', namespace, statefulset: 'kv-store' },
        summary: 'StatefulSet kv-store has 2 ready replicas vs desired. A PVC issue may be preventing pod scheduling.',
        description:
          'The kv-store StatefulSet in namespace demo-statefulset has fewer ready replicas than desired. This typically indicates a PVC binding failure or storage issue preventing a pod from starting.',
        at: at + 3 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'PersistentVolumeClaim', namespace: 'demo-statefulset', name: 'data-kv-store-2' },
          { kind: 'StatefulSet', namespace: 'demo-statefulset', name: 'kv-store' },
        ],
        category: ['storageclass-missing'],
        keywords: [['broken-storage-class']],
      }),
  },
};
