import { causeIs } from '../../../../recordings/expect.ts';
import { addShop } from '../shop.ts';
import { demo, says } from '../stage.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A password is set at run time inside the cache; its client sends none. */
export const fault: Fault = {
  code: 'SRG-valkey-auth',
  name: 'the cache suddenly wants a password',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-valkey-auth',
    title: 'A cart service fails every request',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const shop = addShop(plan);
      const at = scene.around('password', 12);
      says(plan, shop.cart, {
        since: at,
        every: 7,
        line: () =>
          "fail: cart.cartstore.ValkeyCartStore[0] Error status code: FailedPrecondition: Can't access cart storage. StackExchange.Redis.RedisServerException: NOAUTH Authentication required.",
        pod: { created: at },
      });
      highErrorRate(plan, shop.cart, { since: at, percent: 100 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'astronomy-shop', name: 'valkey-cart' },
          { kind: 'Deployment', namespace: 'astronomy-shop', name: 'cart' },
        ],
        category: ['credentials-invalid', 'cache-failure'],
        keywords: [['NOAUTH']],
      }),
  },
};
