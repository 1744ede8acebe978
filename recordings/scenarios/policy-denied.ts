import { deploymentReplicasMismatch, deploymentRolloutStuck } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { revisionsOf } from '@headwater/testkit/world/workload-names.ts';
import { allPods, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** W04: the namespace was put under the restricted Pod Security profile; running pods stay, new ones are refused. */
export const scenario: Scenario = {
  slug: 'policy-denied',
  title: 'A harmless change of a variable cannot be rolled out',
  families: ['admission'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog, namespace } = app;
    const at = scene.around('rollout', 34);
    rollOut(catalog, { at, spec: (spec) => setEnv(mainContainer(spec), 'PAGE_SIZE', '100') });
    if (scene.repaired) {
      allPods(catalog, running(), { created: scene.repairedAt + 20_000 });
      return plan;
    }
    const found = plan.namespaces.find(({ name }) => name === namespace);
    if (found)
      found.labels = {
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/enforce-version': 'latest',
      };
    const hash = revisionsOf(catalog).at(-1)?.hash;
    const name = mainContainer(catalog.spec).name;
    const violations = [
      `allowPrivilegeEscalation != false (container "${name}" must set securityContext.allowPrivilegeEscalation=false)`,
      `unrestricted capabilities (container "${name}" must set securityContext.capabilities.drop=["ALL"])`,
      `runAsNonRoot != true (pod or container "${name}" must set securityContext.runAsNonRoot=true)`,
      `seccompProfile (pod or container "${name}" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
    ];
    catalog.refused = {
      count: 1,
      since: at + 1_000,
      message: `pods "${catalog.name}-${hash}-" is forbidden: violates PodSecurity "restricted:latest": ${violations.join(', ')}`,
    };
    catalog.pods = [{ revision: 'previous', state: running() }];
    deploymentRolloutStuck(plan, catalog, at);
    deploymentReplicasMismatch(plan, catalog, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog },
        { kind: 'Namespace', name: scene.cast.namespace },
      ],
      category: ['policy-denied'],
      keywords: [['PodSecurity', 'pod-security'], ['restricted']],
      not: [{ category: 'quota-exceeded' }, { category: 'webhook-unavailable' }, { category: 'rbac-denied' }],
    }),
};
