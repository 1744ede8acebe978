import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';

/** P06: the nodes are arm64 and the image's manifest list has no such platform. */
export const fault: Fault = {
  code: 'P06-manifest',
  name: 'no image for the CPU architecture of the nodes',
  lookAlikes: ['I01', 'P05'],
  scenario: {
    slug: 'synthetic-p06-manifest',
    title: 'A new version cannot be pulled though it was pushed',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      for (const node of plan.nodes) {
        node.labels['kubernetes.io/arch'] = 'arm64';
        node.labels['beta.kubernetes.io/arch'] = 'arm64';
      }
      brokenRelease(plan, victim, {
        at: scene.around('rollout', 42),
        spec: (spec) => {
          const main = mainContainer(spec);
          main.image = `${splitImage(main.image).name}:${scene.random.pick('tag', ['v4.0.0', '2026.3.1', `sha-${scene.random.hex('sha', 7)}`])}`;
        },
        state: pullFailing({
          code: 'NotFound',
          error: 'failed to pull and unpack image "{image}": no match for platform in manifest: not found',
        }),
        alert: scene.random.pick('pod-alert', ['not-ready', { waiting: 'ImagePullBackOff' }]),
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['wrong-architecture'],
        keywords: [['no match for platform']],
        not: [{ category: 'image-not-found' }, { category: 'image-pull-credentials' }],
      }),
  },
};
