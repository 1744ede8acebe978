import { SECOND } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import {
  aggregatedCount,
  conditionsOf,
  containerStatus,
  podEvent,
  scheduledEvent,
} from '@headwater/testkit/world/pod-states/parts.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';

interface Refusal {
  readonly reason: 'InvalidImageName' | 'ErrImageNeverPull';
  /** The reason of the kubelet's first Event about it. */
  readonly event: 'InspectFailed' | 'ErrImageNeverPull';
  readonly words: (image: string) => string;
}

/** I05: an image reference no runtime can read, or an image that may not be pulled and is not on the node. */
export const fault: Fault = {
  code: 'I05',
  name: 'invalid image reference or pull policy Never',
  lookAlikes: ['I01', 'I02'],
  scenario: {
    slug: 'synthetic-i05-reference',
    title: 'A new pod does not even begin to pull',
    families: ['image'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const never = neverPulls(scene);
      const refusal: Refusal = never
        ? {
            reason: 'ErrImageNeverPull',
            event: 'ErrImageNeverPull',
            words: (image) => `Container image "${image}" is not present with pull policy of Never`,
          }
        : {
            reason: 'InvalidImageName',
            event: 'InspectFailed',
            words: (image) =>
              `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`,
          };
      brokenRelease(plan, victimOf(scene, app), {
        at: scene.around('rollout', 64),
        spec: (spec) => {
          const main = mainContainer(spec);
          const { name, tag } = splitImage(main.image);
          if (never) {
            main.image = `${name}:local`;
            main['imagePullPolicy'] = 'Never';
          } else main.image = malformed(scene, { name, tag });
        },
        state: refused(refusal),
        alert: scene.random.pick('pod-alert', ['not-ready', { waiting: refusal.reason }]),
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['image-not-found'],
        keywords: [neverPulls(scene) ? ['Never', 'ErrImageNeverPull'] : ['InvalidImageName', 'invalid reference']],
        not: [{ category: 'image-pull-credentials' }, { category: 'registry-unresolvable' }, { kind: 'Node' }],
      }),
  },
};

function neverPulls(scene: Scene): boolean {
  return scene.random.chance('never', 0.45);
}

function malformed(scene: Scene, image: { name: string; tag: string }): string {
  const { name, tag } = image;
  return scene.random.pick('malformed', [
    `${name}::${tag}`,
    `${name.replace('/', '//')}:${tag}`,
    `${name}:\${IMAGE_TAG}`,
    `${name.toUpperCase()}:${tag}`,
    `${name}: ${tag}`,
  ]);
}

function refused({ reason, event, words }: Refusal): PodState {
  return (frame) => {
    const main = mainContainer(frame.spec);
    const message = words(main.image);
    const first = frame.created + 2 * SECOND;
    const span = {
      container: main.name,
      first,
      last: frame.scene.now - 9 * SECOND,
      count: aggregatedCount(first, frame.scene.now, 13),
    };
    return {
      phase: 'Pending',
      scheduled: true,
      accepted: true,
      hasAddress: true,
      ready: false,
      conditions: conditionsOf(frame, { ready: false, since: frame.created + SECOND }),
      containers: frame.spec.containers.map((container) =>
        containerStatus(frame, container, {
          state: { waiting: container === main ? { message, reason } : { reason: 'ContainerCreating' } },
          started: false,
        }),
      ),
      events: [
        scheduledEvent(frame),
        podEvent(frame, { ...span, type: 'Warning', reason: event, message }),
        podEvent(frame, { ...span, type: 'Warning', reason: 'Failed', message: `Error: ${reason}` }),
      ],
      logs: [],
    };
  };
}
