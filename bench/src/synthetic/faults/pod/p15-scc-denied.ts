import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import type { PodPlan } from '@headwater/testkit/world/plan.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { victimDeployment, victimOf } from '../../kit/release.ts';

/** P15: OpenShift admits no pod whose security context fits none of the constraints its service account may use. */
export const fault: Fault = {
  code: 'P15-scc',
  name: 'no security context constraint admits the pod',
  lookAlikes: ['W04', 'Q05'],
  scenario: {
    slug: 'synthetic-p15-scc',
    title: 'A deployment creates no new pod',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const at = scene.around('rollout', 35);
      const user = scene.random.pick('user', [0, 1000, 65534]);
      rollOut(victim, {
        at,
        spec: (spec) => {
          mainContainer(spec)['securityContext'] =
            user === 0 ? { runAsUser: 0, privileged: true } : { runAsUser: user };
        },
      });
      if (scene.repaired) {
        rollBack(victim, scene.repairedAt);
        allPods(victim, running(), { survivor: true });
        return plan;
      }
      const range = '[1000680000, 1000689999]';
      const privileged =
        user === 0
          ? ', provider restricted-v2: .containers[0].privileged: Invalid value: true: Privileged containers are not allowed'
          : '';
      victim.pods = Array.from(
        { length: victim.replicas },
        (): PodPlan => ({ revision: 'previous', state: running() }),
      );
      victim.refused = {
        count: 1,
        since: at,
        message: `pods "${victim.name}-" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount, provider restricted-v2: .containers[0].runAsUser: Invalid value: ${user}: must be in the ranges: ${range}${privileged}, provider "privileged": Forbidden: not usable by user or serviceaccount]`,
      };
      deploymentReplicasMismatch(plan, victim, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        // The constraint is an admission policy of the cluster, and the workload is what does not comply.
        category: ['security-context-denied', 'policy-denied'],
        keywords: [['security context constraint'], ['runAsUser', 'privileged']],
        not: [{ category: 'quota-exceeded' }, { category: 'rbac-denied' }],
      }),
  },
};
