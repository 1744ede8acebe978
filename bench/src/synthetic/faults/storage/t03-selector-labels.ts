import type { Scene } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../fault.ts';
import { staticMismatch, staticVolume } from '../../kit/static-volume.ts';

const PAIRS = [
  { key: 'release', wanted: 'stable', has: 'beta' },
  { key: 'tier', wanted: 'database', has: 'web' },
  { key: 'example.com/volume', wanted: 'archive-2', has: 'archive-1' },
] as const;

export const fault: Fault = {
  code: 'T03-selector',
  name: 'claim selects labels no volume has',
  lookAlikes: ['T02', 'T04', 'T03'],
  scenario: staticMismatch({
    slug: 'synthetic-claim-selector',
    title: 'A pod waits for a volume, the free ones are not taken',
    claim: (scene) => ({ size: '10Gi', selector: { matchLabels: { [pairOf(scene).key]: pairOf(scene).wanted } } }),
    fixed: () => ({ size: '10Gi' }),
    volumes: (plan, claim) => {
      const { key, has } = pairOf(plan.scene);
      const labels = { [key]: has };
      plan.objects.push(staticVolume(plan.scene, `vol-${claim}`, { size: '20Gi', labels, phase: 'Available' }));
    },
    expected: (scene) => ({
      category: ['pv-pvc-mismatch'],
      keywords: [[pairOf(scene).key], [pairOf(scene).wanted]],
      not: [{ category: 'storageclass-missing' }, { category: 'pv-already-bound' }, { category: 'pvc-missing' }],
    }),
  }),
};

function pairOf(scene: Scene): (typeof PAIRS)[number] {
  return scene.random.pick('pair', PAIRS);
}
