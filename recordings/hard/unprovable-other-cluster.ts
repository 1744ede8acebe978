import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';
import { crashesLoudly } from './kit/herrings.ts';

/** The alert belongs to another cluster and a namespace this one does not have. */
export const scenario: HardScenario = {
  slug: 'unprovable-other-cluster',
  title: 'An alert of another cluster',
  theme: 'unprovable',
  families: ['hard'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    crashesLoudly(app.extra, scene.around('experiment', 45));
    alert(plan, {
      alertname: 'KubePodCrashLooping',
      severity: 'warning',
      labels: { cluster: 'edge-7', namespace: 'kiosk', pod: 'terminal-6c9d7f-x2x2v', container: 'terminal' },
      summary: 'Pod is crash looping.',
      description: 'Pod kiosk/terminal-6c9d7f-x2x2v (terminal) is in waiting state on cluster edge-7.',
      at: scene.before(21),
    });
    return plan;
  },
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
