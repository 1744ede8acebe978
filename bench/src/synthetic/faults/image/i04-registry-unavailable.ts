import { deploymentRolloutStuck, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

/** I04: the registry is down, slow or rations its pulls; every release that needs it waits, of whatever team. */
export const fault: Fault = {
  code: 'I04',
  name: 'registry down, slow or rate limited',
  lookAlikes: ['I01', 'I02', 'I03', 'K05'],
  scenario: {
    slug: 'synthetic-i04-registry',
    title: 'Two unrelated releases wait for their images',
    families: ['image'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const host = hostOf(scene);
      const began = scene.around('rollout', 41);
      const error = wordsOf(scene, host);
      for (const [index, workload] of [app.orders, app.extra, app.catalog]
        .slice(0, scene.random.int('how-many', 2, 3))
        .entries()) {
        const at = began + index * 200_000;
        const main = mainContainer(workload.spec);
        const { tag } = splitImage(main.image);
        main.image = `${host}/${scene.cast.organisation}/${workload.name}:${tag}`;
        rollOut(workload, {
          at,
          spec: (spec) => {
            const next = mainContainer(spec);
            next.image = `${splitImage(next.image).name}:v6.${index}.1`;
          },
        });
        if (scene.repaired) {
          allPods(workload, running(), { created: scene.repairedAt + 9_000 });
          continue;
        }
        stuckRollout(workload, pullFailing({ code: 'Unknown', error }), running());
        const pod = realise(plan, workload).pods.at(-1);
        if (pod && index === 0) podNotReady(plan, pod, at);
        deploymentRolloutStuck(plan, workload, at);
      }
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: '*', name: `*${hostOf(scene)}*` }],
        category: ['registry-unavailable'],
        keywords: [['timeout', '429', '503', '502', 'refused'], [hostOf(scene)]],
        not: [{ category: 'image-not-found' }, { category: 'image-pull-credentials' }, { kind: 'Node' }],
      }),
  },
};

function hostOf(scene: Scene): string {
  return scene.random.pick('host', [
    `registry.${scene.cast.domain}`,
    'registry-1.docker.io',
    'quay.io',
    `harbor.${scene.cast.domain}`,
  ]);
}

function wordsOf(scene: Scene, host: string): string {
  const start = 'failed to pull and unpack image "{image}": failed to resolve reference "{image}": ';
  const head = `failed to do request: Head "https://${host}/v2/app/manifests/v6": `;
  return scene.random.pick('words', [
    `${start}${head}dial tcp 203.0.113.40:443: i/o timeout`,
    `${start}${head}net/http: TLS handshake timeout`,
    `${start}${head}dial tcp 203.0.113.40:443: connect: connection refused`,
    `${start}unexpected status from HEAD request to https://${host}/v2/app/manifests/v6: 503 Service Unavailable`,
    `${start}unexpected status from HEAD request to https://${host}/v2/app/manifests/v6: 502 Bad Gateway`,
    `failed to pull and unpack image "{image}": failed to copy: httpReadSeeker: failed open: unexpected status code https://${host}/v2/app/manifests/v6: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`,
  ]);
}
