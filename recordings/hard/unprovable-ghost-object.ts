import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';
import { crashesLoudly } from './kit/herrings.ts';

/** The alert is about a Deployment that does not exist; another one of the namespace crash-loops for its own reasons. */
export const scenario: HardScenario = {
  slug: 'unprovable-ghost-object',
  title: 'An alert about a Deployment nobody can find',
  theme: 'unprovable',
  families: ['hard'],
  build(scene) {
    const { plan, app, bystanders } = basePlan(scene, { decoy: false });
    crashesLoudly(bystanders.other, scene.around('experiment', 45));
    deploymentReplicasMismatch(plan, { namespace: app.namespace, name: 'ledger-v1' }, scene.around('ghost', 40));
    return plan;
  },
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
