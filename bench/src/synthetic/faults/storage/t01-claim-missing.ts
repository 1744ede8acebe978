import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { boundClaim } from '@headwater/testkit/world/storage.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout, victimOf } from '../../kit/pending.ts';
import { claimPending } from '../../kit/unbound-claim.ts';

const NAMES = ['shared-uploads', 'report-archive', 'media-store', 'model-cache'] as const;

export const fault: Fault = {
  code: 'T01',
  name: 'claim missing',
  lookAlikes: ['Q05', 'T02', 'T08'],
  scenario: {
    slug: 'synthetic-claim-missing',
    title: 'A new revision waits for a volume',
    families: ['storage'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const workload = victimOf(app, plan);
      const name = nameOf(scene);
      // Somewhere near there is the claim that was meant, or none at all.
      const near = scene.random.pick('near', [`${name}-pvc`, name.replace('-', ''), null]);
      if (near)
        plan.objects.push(
          ...boundClaim(scene, { namespace: app.namespace, name: near, size: '10Gi', created: daysBefore(scene, 9) }),
        );
      pendingRollout(plan, app, {
        workload,
        at: scene.around('rollout', 31),
        state: claimPending(plan, `persistentvolumeclaim "${name}" not found.`),
        edit: (spec) => {
          spec.volumes = [...(spec.volumes ?? []), { name: 'store', persistentVolumeClaim: { claimName: name } }];
          const main = mainContainer(spec);
          main.volumeMounts = [...(main.volumeMounts ?? []), { mountPath: '/store', name: 'store' }];
        },
      });
      return plan;
    },
    expected: (scene) => {
      const { cast, random } = scene;
      const victim = random.pick('victim', [cast.orders, cast.catalog, cast.orders, cast.extra]);
      return causeIs({
        causes: [
          { kind: 'PersistentVolumeClaim', namespace: cast.namespace, name: nameOf(scene) },
          { kind: 'Deployment', namespace: cast.namespace, name: victim },
        ],
        category: ['pvc-missing'],
        keywords: [[nameOf(scene)], ['not found', 'does not exist', 'missing']],
        not: [{ kind: 'Node' }, { category: 'storageclass-missing' }, { category: 'quota-exceeded' }],
      });
    },
  },
};

function nameOf(scene: Scene): string {
  return scene.random.pick('claim', NAMES);
}
