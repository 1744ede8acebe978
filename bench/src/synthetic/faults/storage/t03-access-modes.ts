import type { Fault } from '../../fault.ts';
import { staticMismatch, staticVolume } from '../../kit/static-volume.ts';

export const fault: Fault = {
  code: 'T03-access',
  name: 'access mode the volume does not have',
  lookAlikes: ['T02', 'T04', 'T03'],
  scenario: staticMismatch({
    slug: 'synthetic-claim-access',
    title: 'A pod waits for a volume although a large one is free',
    claim: () => ({ size: '10Gi', accessModes: ['ReadWriteMany'] }),
    fixed: () => ({ size: '10Gi' }),
    volumes: (plan, claim) => {
      const modes = plan.scene.random.pick('modes', [
        ['ReadWriteOnce'],
        ['ReadOnlyMany'],
        ['ReadWriteOnce', 'ReadOnlyMany'],
      ]);
      plan.objects.push(staticVolume(plan.scene, `vol-${claim}`, { size: '20Gi', modes, phase: 'Available' }));
    },
    expected: () => ({
      category: ['pv-pvc-mismatch'],
      keywords: [['ReadWriteMany'], ['ReadWriteOnce', 'ReadOnlyMany']],
      not: [{ category: 'storageclass-missing' }, { category: 'pv-already-bound' }, { category: 'pvc-missing' }],
    }),
  }),
};
