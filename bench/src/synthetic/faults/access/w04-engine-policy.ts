import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { revisionsOf } from '@headwater/testkit/world/workload-names.ts';
import { rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { refuseRollout } from '../../kit/webhook.ts';

interface Denial {
  readonly message: string;
  readonly marks: readonly string[];
}

function denialOf(scene: Scene, pod: string, container: string): Denial {
  const { namespace } = scene.cast;
  return scene.random.pick('policy-engine', [
    {
      message: `admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/${namespace}/${pod}abcde was blocked due to the following policies \n\nrequire-run-as-nonroot:\n  run-as-non-root: 'validation error: Running as root is not allowed. The field spec.securityContext.runAsNonRoot must be true. rule run-as-non-root failed at path /spec/securityContext/runAsNonRoot/'\n`,
      marks: ['require-run-as-nonroot', 'kyverno'],
    },
    {
      message: `admission webhook "validation.gatekeeper.sh" denied the request: [container-must-have-owner] you must provide labels: {"owner"}`,
      marks: ['container-must-have-owner', 'gatekeeper'],
    },
    {
      message: `pods "${pod}" is forbidden: ValidatingAdmissionPolicy 'deny-privilege-escalation' with binding 'deny-privilege-escalation-binding' denied request: failed expression: object.spec.containers.all(c, has(c.securityContext))`,
      marks: ['deny-privilege-escalation'],
    },
    {
      message: `pods "${pod}" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount, provider restricted-v2: .containers[0].runAsUser: Invalid value: 1001: must be in the ranges: [1000760000, 1000769999], provider "privileged": Forbidden: not usable by user or serviceaccount]`,
      marks: ['security context constraint'],
    },
    {
      message: `admission webhook "policy.sigstore.dev" denied the request: validation failed: failed policy: signed-images-only: spec.containers[0].image\n${container}: signature keyless validation failed`,
      marks: ['signed-images-only', 'policy.sigstore.dev'],
    },
  ]);
}

/** A policy engine denies the new Pods; the old ones run on. */
export const fault: Fault = {
  code: 'W04-engine',
  name: 'policy engine denies new pods',
  lookAlikes: ['Q01', 'R01', 'W01'],
  scenario: {
    slug: 'w04-engine-policy',
    title: 'A harmless change cannot be rolled out',
    families: ['admission'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { catalog } = app;
      const at = scene.around('rollout', 33);
      rollOut(catalog, { at, spec: (spec) => setEnv(mainContainer(spec), 'PAGE_SIZE', '100') });
      const pod = `${catalog.name}-${revisionsOf(catalog).at(-1)?.hash}-`;
      const { message } = denialOf(scene, pod, mainContainer(catalog.spec).image);
      refuseRollout(plan, catalog, { since: at + 1_000, message });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
        category: ['policy-denied'],
        keywords: [[...denialOf(scene, '', '').marks]],
        not: [{ category: 'quota-exceeded' }, { category: 'webhook-unavailable' }, { category: 'rbac-denied' }],
      }),
  },
};
