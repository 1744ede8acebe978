import { causeIs } from '../../../../recordings/expect.ts';
import { SHOP, addShop } from '../shop.ts';
import { clock, demo, part, says } from '../stage.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The sequence of an integer key reached its maximum; every insert fails, reads are well. */
export const fault: Fault = {
  code: 'SRG-sequence-exhausted',
  name: "a table's counter is at its end",
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-sequence-exhausted',
    title: 'New reviews are not saved',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const shop = addShop(plan);
      const at = scene.around('overflow', 12);
      const reviews = part(plan, SHOP, 'product-reviews', {
        image: 'ghcr.io/open-telemetry/demo:2.0.2-product-reviews',
        port: 3551,
        env: { DB_CONNECTION_STRING: 'host=postgresql user=otelu dbname=otel' },
      });
      const said = 'nextval: reached maximum value of sequence "productreviews_id_seq" (2147483647)';
      says(plan, reviews, {
        since: at,
        every: 9,
        line: (time) =>
          `${clock(time)} ERROR [product_reviews] insert failed: psycopg2.errors.SequenceGeneratorLimitExceeded: ${said}`,
      });
      says(plan, shop.postgresql, {
        since: at,
        every: 9,
        line: (time) => `${clock(time)}.113 UTC [312] ERROR:  ${said}`,
      });
      highErrorRate(plan, reviews, { since: at, percent: 41 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'astronomy-shop', name: 'postgresql' },
          { kind: 'Deployment', namespace: 'astronomy-shop', name: 'product-reviews' },
        ],
        category: ['schema-mismatch', 'dependency-failing'],
        keywords: [['maximum value of sequence']],
      }),
  },
};
