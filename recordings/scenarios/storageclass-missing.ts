import { podNotReady, statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { boundClaim, claimTemplate, pendingClaim } from '@headwater/testkit/world/storage.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { unschedulableBecause } from '@headwater/testkit/world/pod-states/pending.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** T02: a new StatefulSet asks for a storage class of another cluster. */
export const scenario: Scenario = {
  slug: 'storageclass-missing',
  title: 'A freshly installed broker never starts',
  families: ['storage', 'scheduling'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['queue'] });
    const { queue, namespace } = app;
    const at = scene.around('installed', 42);
    const claim = { namespace, name: `data-${queue.name}-0`, size: '8Gi', labels: queue.selector, created: at };
    mainContainer(queue.spec).volumeMounts = [{ mountPath: '/var/lib/broker', name: 'data' }];
    Object.assign(queue, {
      created: at,
      changedAt: at,
      claims: claimTemplate(plan, {
        name: 'data',
        size: '8Gi',
        ...(scene.repaired ? {} : { className: classOf(scene) }),
      }),
    });
    queue.spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: claim.name } }];
    if (scene.repaired) {
      plan.objects.push(...boundClaim(scene, { ...claim, created: scene.repairedAt }));
      allPods(queue, running(), { created: scene.repairedAt + 3_000 });
      return plan;
    }
    const pending = pendingClaim(scene, { ...claim, className: classOf(scene) });
    plan.objects.push(pending);
    plan.events.push({
      about: about(pending),
      type: 'Warning',
      reason: 'ProvisioningFailed',
      message: `storageclass.storage.k8s.io "${classOf(scene)}" not found`,
      component: 'persistentvolume-controller',
      count: Math.floor((scene.zero - at) / 15_000),
      first: at,
      last: scene.before(0, 9),
    });
    const nodes = plan.nodes.length;
    allPods(queue, unschedulableBecause('pod has unbound immediate PersistentVolumeClaims.', nodes), { created: at });
    const [pod] = realise(plan, queue).pods;
    if (pod) podNotReady(plan, pod, at);
    statefulSetReplicasMismatch(plan, queue, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'PersistentVolumeClaim', namespace: scene.cast.namespace, name: `data-${scene.cast.queue}-0` },
        { kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.queue },
        { kind: 'StorageClass', name: classOf(scene) },
      ],
      category: ['storageclass-missing'],
      keywords: [[classOf(scene)], ['not found', 'does not exist', 'no StorageClass']],
      not: [{ category: 'insufficient-cpu' }, { category: 'pvc-missing' }, { kind: 'Node' }],
    }),
};

function classOf(scene: Scene): string {
  return scene.random.pick('bad-class', ['fast-ssd', 'gp2-encrypted', 'premium-rwo', 'local-nvme']);
}
