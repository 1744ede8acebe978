import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';

/** I03: a release names a registry host that no DNS knows; every other image comes from somewhere else. */
export const fault: Fault = {
  code: 'I03-host',
  name: 'registry host spelt wrong',
  lookAlikes: ['I04', 'I01', 'L01'],
  scenario: {
    slug: 'synthetic-i03-host',
    title: 'A release waits for its image',
    families: ['image'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const host = hostOf(scene);
      const { tag } = splitImage(mainContainer(victim.spec).image);
      const resolver = scene.random.pick('resolver', ['10.0.0.2:53', '127.0.0.53:53', '169.254.169.253:53']);
      const end = scene.random.pick('end', [
        `dial tcp: lookup ${host} on ${resolver}: no such host`,
        `dial tcp: lookup ${host}: no such host`,
      ]);
      const error = scene.random.pick('runtime', [
        `failed to pull and unpack image "{image}": failed to resolve reference "{image}": failed to do request: Head "https://${host}/v2/${victim.name}/manifests/${tag}": ${end}`,
        `initializing source docker://{image}: pinging container registry ${host}: Get "https://${host}/v2/": ${end}`,
      ]);
      brokenRelease(plan, victim, {
        at: scene.around('rollout', 63),
        spec: (spec) => {
          mainContainer(spec).image = `${host}/${victim.name}:${tag}`;
        },
        state: pullFailing({ code: 'Unknown', error }),
        alert: scene.random.pick('pod-alert', ['not-ready', { waiting: 'ImagePullBackOff' }]),
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['registry-unresolvable'],
        keywords: [['no such host'], [hostOf(scene)]],
        not: [
          { category: 'image-not-found' },
          { category: 'registry-unavailable' },
          { category: 'dns-down' },
          { kind: 'Node' },
        ],
      }),
  },
};

function hostOf(scene: Scene): string {
  return scene.random.pick('host', [
    'regsitry.k8s.io',
    'ghrc.io',
    'quay.oi',
    `registy.${scene.cast.domain}`,
    `europe-docker.pkg.devv`,
  ]);
}
