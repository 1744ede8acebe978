import { causeIs } from '../../../../recordings/expect.ts';
import { SHOP, addShop } from '../shop.ts';
import { demo, everyPod, says } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { addJob } from '@headwater/testkit/world/job.ts';
import { container, mainContainer, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A Job writes megabytes into the cache until it is killed for memory. */
export const fault: Fault = {
  code: 'SRG-valkey-memory',
  name: 'a job floods the cache',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-valkey-memory',
    title: 'A cache is restarted again and again',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const shop = addShop(plan);
      const at = scene.around('flood', 12);
      const cache = shop['valkey-cart'];
      mainContainer(cache.spec).resources = { limits: { memory: '20Mi' }, requests: { memory: '20Mi' } };
      everyPod(
        cache,
        crashLooping({
          exitCode: 137,
          reason: 'OOMKilled',
          ran: 6,
          since: at + 10 * SECOND,
          says: ['{time} * Ready to accept connections tcp'],
        }),
      );
      cache.progress = 'complete';
      addJob(plan, {
        namespace: SHOP,
        name: 'valkey-memory-flood',
        created: at,
        spec: podSpec(
          [
            container('flooder', {
              image: 'python:3.10-slim',
              command: ['sh', '-c', 'pip install redis && python3 flood.py'],
            }),
          ],
          { restartPolicy: 'Never' },
        ),
        tries: [{ at, state: running() }],
        result: 'active',
      });
      says(plan, shop.cart, {
        since: at + 15 * SECOND,
        every: 10,
        line: () =>
          "fail: cart.cartstore.ValkeyCartStore[0] Can't access cart storage. StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s) valkey-cart:6379. Connection refused",
      });
      for (const pod of realise(plan, cache).pods) podCrashLooping(plan, pod, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'astronomy-shop', name: 'valkey-cart' },
          { kind: 'Job', namespace: 'astronomy-shop', name: 'valkey-memory-flood' },
        ],
        category: ['oom-killed', 'cache-failure', 'memory-limit-too-low-to-start', 'scheduled-load'],
      }),
  },
};
