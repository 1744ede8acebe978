import { statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Scenario } from '../scenario.ts';

/**
 * A replica is missing and nothing says why: its pod is gone, a StatefulSet keeps no condition of refused creates, and the
 * recorder may read neither Events nor logs. Whoever names a cause here has made it up.
 */
export const scenario: Scenario = {
  slug: 'hard-evidence-gone',
  title: 'A broker has no pod and nobody knows since when',
  families: ['hard'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['queue'], decoy: false });
    const { queue } = app;
    plan.forbiddenKinds.push('Event');
    plan.sources.logs = 'absent';
    const at = scene.around('lost', 170);
    queue.pods = scene.repaired ? [{ revision: 'current', state: running(), created: scene.repairedAt }] : [];
    statefulSetReplicasMismatch(plan, queue, at);
    return plan;
  },
  finish: (world) => ({ ...world, logs: [] }),
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
