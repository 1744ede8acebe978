import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { type PullFailure, pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';

interface Mistake {
  readonly image: (former: string) => string;
  readonly failure: PullFailure;
}

/** I01: a release names an image nobody pushed, and each registry says so in its own way. */
export const fault: Fault = {
  code: 'I01-registries',
  name: 'wrong image tag or name, any registry',
  lookAlikes: ['I02', 'I04', 'I05'],
  scenario: {
    slug: 'synthetic-i01-registries',
    title: 'A new version is not pulled',
    families: ['image'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const mistake = mistakeOf(scene);
      brokenRelease(plan, victimOf(scene, app), {
        at: scene.around('rollout', 68),
        spec: (spec) => {
          const main = mainContainer(spec);
          main.image = mistake.image(main.image);
        },
        state: pullFailing(mistake.failure),
        alert: scene.random.pick('pod-alert', ['not-ready', { waiting: 'ImagePullBackOff' }]),
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['image-not-found'],
        keywords: [['not found', 'manifest unknown', 'does not exist', 'pull access denied', 'insufficient_scope']],
        not: [{ category: 'image-pull-credentials' }, { category: 'registry-unavailable' }, { kind: 'Node' }],
      }),
  },
};

function mistakeOf(scene: Scene): Mistake {
  const tag = scene.random.pick('bad-tag', ['lates', 'v0.0.0', `main-${scene.random.hex('hash', 8)}`, '1.2.3-rc9']);
  const retagged = (former: string): string => `${splitImage(former).name}:${tag}`;
  const digest = `sha256:${scene.random.hex('digest', 64)}`;
  return scene.random.pick<Mistake>('mistake', [
    {
      image: retagged,
      failure: {
        code: 'NotFound',
        error: 'failed to pull and unpack image "{image}": failed to resolve reference "{image}": {image}: not found',
      },
    },
    {
      image: (former) => `${splitImage(former).name}@${digest}`,
      failure: {
        code: 'NotFound',
        error: 'failed to pull and unpack image "{image}": failed to resolve reference "{image}": {image}: not found',
      },
    },
    {
      image: retagged,
      failure: { code: 'Unknown', error: `reading manifest ${tag} in {image}: manifest unknown: manifest unknown` },
    },
    {
      // Docker Hub does not tell a private repository from one that does not exist.
      image: () =>
        `docker.io/${scene.cast.organisation}/${scene.random.pick('typo', ['fronted', 'chekout', 'cataloge'])}:1.4.0`,
      failure: {
        code: 'Unknown',
        error:
          'failed to pull and unpack image "{image}": failed to resolve reference "{image}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      },
    },
  ]);
}
