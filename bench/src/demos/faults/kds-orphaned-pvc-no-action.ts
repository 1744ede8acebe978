import { demo, fire, part } from '../stage.ts';
import { boundClaim } from '@headwater/testkit/world/storage.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** Five bound claims are left over from Jobs; nothing fails. */
export const fault: Fault = {
  code: 'KDS-orphaned-pvc-no-action',
  name: 'claims of finished Jobs',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-orphaned-pvc-no-action',
    title: 'A namespace has many claims',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-orphaned-pvc');
      const namespace = 'demo-orphaned-pvc';
      part(plan, namespace, 'data-processor', { image: 'nginx:1.27-alpine', port: 80, probes: '/' });
      for (let index = 1; index <= 5; index++)
        plan.objects.push(
          ...boundClaim(scene, {
            namespace,
            name: `batch-output-job-${index}`,
            size: '100Mi',
            created: scene.before(30 + index),
            labels: { 'batch-run': 'completed' },
          }),
        );
      fire(plan, {
        alertname: 'KubePersistentVolumeClaimOrphaned',
        severity: 'warning',
        labels: { deployment: 'data-processor', namespace },
        summary:
          'Namespace demo-orphaned-pvc has more than 3 bound PVCs, indicating possible orphaned storage from completed batch jobs.',
        description:
          'The demo-orphaned-pvc namespace has accumulated multiple bound PVCs that may be from completed or failed batch jobs. These orphaned PVCs are dangling resources that should be cleaned up as part of regular housekeeping.',
        at: scene.before(20),
      });
      return plan;
    },
    expected: () =>
      // Its name says no action, its matrix a clean-up; nothing is broken either way.
      ({ verdict: 'no-fault' }),
  },
};
