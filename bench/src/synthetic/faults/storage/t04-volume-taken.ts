import type { Scene } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../fault.ts';
import { staticMismatch, staticStyle, staticVolume } from '../../kit/static-volume.ts';

export const fault: Fault = {
  code: 'T04',
  name: 'volume bound to another claim',
  lookAlikes: ['T03', 'T02', 'T08'],
  scenario: staticMismatch({
    slug: 'synthetic-volume-taken',
    title: 'A claim does not get the volume it had',
    claim: () => ({ size: '20Gi' }),
    fixed: () => ({ size: '20Gi' }),
    volumes: (plan, claim) => {
      const { scene } = plan;
      // The claim was deleted and made again: the volume still remembers the old one. Or another team was faster.
      const released = wasReleased(scene);
      const { namespace, otherNamespace } = scene.cast;
      plan.objects.push(
        staticVolume(scene, nameOf(claim), {
          size: '20Gi',
          phase: released ? 'Released' : 'Bound',
          claimRef: {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            name: released ? claim : 'scratch',
            namespace: released ? namespace : otherNamespace,
            uid: scene.random.uuid('old-claim'),
          },
        }),
      );
    },
    events: (scene) => [staticStyle(scene).event],
    expected: (scene) => ({
      category: ['pv-already-bound'],
      keywords: [wasReleased(scene) ? ['Released', 'claimRef'] : ['scratch', 'claimRef', 'bound to']],
      not: [{ category: 'pv-pvc-mismatch' }, { category: 'storageclass-missing' }, { category: 'pvc-missing' }],
    }),
  }),
};

function wasReleased(scene: Scene): boolean {
  return scene.random.chance('released', 0.5);
}

function nameOf(claim: string): string {
  return `nfs-${claim}`;
}
