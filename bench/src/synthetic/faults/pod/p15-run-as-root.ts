import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { configError } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';

interface Refusal {
  readonly pod?: Json;
  readonly container?: Json;
  readonly words: string;
}

/** P15: the kubelet refuses to start an image as root where its security context forbids it. */
export const fault: Fault = {
  code: 'P15',
  name: 'security context blocks the start',
  lookAlikes: ['C01', 'C02', 'W04'],
  scenario: {
    slug: 'synthetic-p15-run-as-root',
    title: 'A hardened deployment does not get its new pod',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const refusal = refusalOf(scene);
      brokenRelease(plan, victimOf(scene, app), {
        at: scene.around('rollout', 64),
        spec: (spec) => {
          const main = mainContainer(spec);
          if (refusal.pod) spec['securityContext'] = refusal.pod;
          if (refusal.container) main['securityContext'] = refusal.container;
        },
        state: (frame) => configError(refusal.words.replaceAll('{container}', mainContainer(frame.spec).name))(frame),
        alert: scene.random.pick('pod-alert', ['not-ready', { waiting: 'CreateContainerConfigError' }]),
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['security-context-denied'],
        keywords: [['runAsNonRoot', 'non-root', 'runAsUser']],
        not: [{ category: 'configmap-missing' }, { category: 'secret-missing' }, { category: 'policy-denied' }],
      }),
  },
};

function refusalOf(scene: Scene): Refusal {
  const place = '(pod: "{pod}_{namespace}({uid})", container: {container})';
  return scene.random.pick<Refusal>('refusal', [
    { pod: { runAsNonRoot: true }, words: `container has runAsNonRoot and image will run as root ${place}` },
    { container: { runAsNonRoot: true }, words: `container has runAsNonRoot and image will run as root ${place}` },
    {
      container: { runAsNonRoot: true },
      words: `container has runAsNonRoot and image has non-numeric user (${scene.random.pick('user', ['node', 'app', 'nginx', 'nonroot'])}), cannot verify user is non-root ${place}`,
    },
    {
      pod: { runAsNonRoot: true },
      container: { runAsUser: 0 },
      words: `container's runAsUser breaks non-root policy ${place}`,
    },
  ]);
}
