import { causeIs } from '../../../../recordings/expect.ts';
import { addShop } from '../shop.ts';
import { demo, patch, says } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The variable with a backend's address is changed to a port nobody listens on. */
export const fault: Fault = {
  code: 'SRG-wrong-port-env',
  name: 'an address has the wrong port',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-wrong-port-env',
    title: 'A frontend cannot list products',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const shop = addShop(plan);
      const at = scene.around('patched', 12);
      patch(shop.frontend, {
        at,
        through: true,
        manager: 'OpenAPI-Generator',
        spec: (spec) => setEnv(mainContainer(spec), 'PRODUCT_CATALOG_ADDR', 'product-catalog:8082'),
        state: running(),
      });
      says(plan, shop.frontend, {
        since: at + 10 * SECOND,
        every: 7,
        line: () =>
          `Error: 14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED ${clusterAddress(scene, shop['product-catalog'])}:8082`,
      });
      highErrorRate(plan, shop.frontend, { since: at, percent: 83 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'astronomy-shop', name: 'frontend' }],
        category: ['dependency-address-wrong'],
        keywords: [['8082']],
      }),
  },
};
