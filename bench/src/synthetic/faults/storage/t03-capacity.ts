import type { Scene } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../fault.ts';
import { staticMismatch, staticVolume } from '../../kit/static-volume.ts';

export const fault: Fault = {
  code: 'T03-capacity',
  name: 'claim larger than the volume',
  lookAlikes: ['T02', 'T04', 'T03'],
  scenario: staticMismatch({
    slug: 'synthetic-claim-capacity',
    title: 'A pod waits for a volume although one is available',
    claim: (scene) => ({ size: sizeOf(scene) }),
    fixed: () => ({ size: '20Gi' }),
    volumes: (plan, claim) =>
      plan.objects.push(staticVolume(plan.scene, `nfs-${claim}`, { size: '20Gi', phase: 'Available' })),
    expected: (scene) => ({
      category: ['pv-pvc-mismatch'],
      keywords: [['20Gi'], [sizeOf(scene)]],
      not: [{ category: 'storageclass-missing' }, { category: 'pv-already-bound' }, { category: 'pvc-missing' }],
    }),
  }),
};

function sizeOf(scene: Scene): string {
  return scene.random.pick('size', ['50Gi', '100Gi', '32Gi', '21Gi']);
}
