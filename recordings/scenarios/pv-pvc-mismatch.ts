import { podNotReady, statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { unschedulableBecause } from '@headwater/testkit/world/pod-states/pending.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { boundClaim, claimTemplate, pendingClaim } from '@headwater/testkit/world/storage.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** T03: a statically provided volume is smaller than what the claim asks for. */
export const scenario: Scenario = {
  slug: 'pv-pvc-mismatch',
  title: 'A stateful pod waits for its volume although one is available',
  families: ['storage'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['queue'] });
    const { queue, namespace } = app;
    const at = scene.around('installed', 38);
    const volume = `nfs-${queue.name}-01`;
    const pv = (phase: string): ReturnType<typeof object> =>
      object(
        scene,
        { apiVersion: 'v1', kind: 'PersistentVolume', name: volume },
        { ...made(daysBefore(scene, 2)), finalizers: ['kubernetes.io/pv-protection'] },
        {
          spec: {
            accessModes: ['ReadWriteOnce'],
            capacity: { storage: '20Gi' },
            nfs: { path: '/exports/broker', server: 'nas.example' },
            persistentVolumeReclaimPolicy: 'Retain',
            storageClassName: 'manual',
            volumeMode: 'Filesystem',
          },
          status: { phase },
        },
      );
    const size = scene.random.pick('size', ['50Gi', '100Gi', '32Gi']);
    const claim = { namespace, name: `data-${queue.name}-0`, className: 'manual', labels: queue.selector };
    mainContainer(queue.spec).volumeMounts = [{ mountPath: '/var/lib/broker', name: 'data' }];
    queue.spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: claim.name } }];
    Object.assign(queue, {
      created: at,
      changedAt: at,
      claims: claimTemplate(plan, { name: 'data', size: scene.repaired ? '20Gi' : size, className: 'manual' }),
    });
    if (scene.repaired) {
      plan.objects.push(...boundClaim(scene, { ...claim, size: '20Gi', created: scene.repairedAt }));
      allPods(queue, running(), { created: scene.repairedAt + 3_000 });
      return plan;
    }
    const pending = pendingClaim(scene, { ...claim, size, created: at });
    plan.objects.push(pv('Available'), pending);
    plan.events.push({
      about: about(pending),
      type: 'Warning',
      reason: 'ProvisioningFailed',
      message: 'storageclass.storage.k8s.io "manual" not found',
      component: 'persistentvolume-controller',
      count: Math.floor((scene.zero - at) / 15_000),
      first: at,
      last: scene.before(0, 9),
    });
    allPods(queue, unschedulableBecause('pod has unbound immediate PersistentVolumeClaims.', plan.nodes.length), {
      created: at,
    });
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
        { kind: 'PersistentVolume' },
      ],
      category: ['pv-pvc-mismatch'],
      keywords: [['20Gi'], [scene.random.pick('size', ['50Gi', '100Gi', '32Gi'])]],
      not: [{ category: 'insufficient-cpu' }, { category: 'pvc-missing' }],
    }),
};
