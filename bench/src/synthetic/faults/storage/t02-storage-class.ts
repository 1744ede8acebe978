import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { defaultClass } from '@headwater/testkit/world/storage.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { claimCauses, claimUser, unboundClaim } from '../../kit/unbound-claim.ts';

export const fault: Fault = {
  code: 'T02',
  name: 'storage class missing',
  lookAlikes: ['T03', 'T01', 'T04'],
  scenario: {
    slug: 'synthetic-storage-class',
    title: 'A pod waits for its volume since it was installed',
    families: ['storage'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['queue'] });
      const className = classOf(scene);
      const user = claimUser(plan, app, { size: '8Gi', ...(scene.repaired ? {} : { className }) });
      unboundClaim(plan, {
        user,
        claim: { size: '8Gi', className },
        fixed: { size: '8Gi' },
        events: [
          {
            type: 'Warning',
            reason: 'ProvisioningFailed',
            message: `storageclass.storage.k8s.io "${className}" not found`,
          },
        ],
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [...claimCauses(scene), { kind: 'StorageClass', name: classOf(scene) }],
        category: ['storageclass-missing'],
        keywords: [[classOf(scene)], ['not found', 'does not exist', 'no StorageClass']],
        not: [{ category: 'pv-pvc-mismatch' }, { category: 'pvc-missing' }, { kind: 'Node' }],
      }),
  },
};

// A class of another provider, or the right one misspelt.
function classOf(scene: Scene): string {
  const { name } = defaultClass(scene);
  return scene.random.pick('bad-class', [
    'fast-ssd',
    'gp2-encrypted',
    `${name}x`,
    'ceph-block',
    'local-nvme',
    `${name}-premium`,
  ]);
}
