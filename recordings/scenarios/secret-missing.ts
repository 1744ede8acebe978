import { deploymentReplicasMismatch, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { secret } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { mountFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** C02: a Secret mounted as a volume was deleted; the next pod that moves cannot mount it. */
export const scenario: Scenario = {
  slug: 'secret-missing',
  title: 'A pod that was moved to another node hangs in ContainerCreating',
  families: ['config', 'storage'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { payments, namespace } = app;
    const at = scene.around('moved', 26);
    const main = mainContainer(payments.spec);
    main.volumeMounts = [{ name: 'provider-key', mountPath: '/etc/provider', readOnly: true }];
    payments.spec.volumes = [{ name: 'provider-key', secret: { defaultMode: 420, secretName: secretOf(scene) } }];
    plan.objects.push(
      secret(scene, {
        namespace,
        name: `${payments.name}-webhook-token`,
        keys: ['token'],
        created: daysBefore(scene, 70),
      }),
    );
    payments.progress = 'complete';
    if (scene.repaired) {
      plan.objects.push(
        secret(scene, { namespace, name: secretOf(scene), keys: ['key.pem'], created: scene.repairedAt }),
      );
      allPods(payments, running(), { created: scene.repairedAt + 5_000 });
      return plan;
    }
    allPods(
      payments,
      mountFailing({
        message: `MountVolume.SetUp failed for volume "provider-key" : secret "${secretOf(scene)}" not found`,
      }),
      { created: at },
    );
    for (const pod of realise(plan, payments).pods) podNotReady(plan, pod, at);
    deploymentReplicasMismatch(plan, payments, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments },
        { kind: 'Secret', namespace: scene.cast.namespace, name: secretOf(scene) },
      ],
      category: ['secret-missing'],
      keywords: [[secretOf(scene)], ['not found', 'does not exist', 'no Secret']],
      not: [{ category: 'volume-mount-failed' }, { kind: 'Node' }, { kind: 'PersistentVolumeClaim' }],
    }),
};

function secretOf(scene: Scene): string {
  return `${scene.cast.payments}-provider-key`;
}
