import { causeIs } from '../../../../recordings/expect.ts';
import { addShop, edgeLine } from '../shop.ts';
import { demo, patch, says } from '../stage.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The edge's upstream host is overwritten with localhost; nothing listens there but the edge itself. */
export const fault: Fault = {
  code: 'SRG-env-shadowing',
  name: 'a variable points at localhost',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-env-shadowing',
    title: 'The edge answers 503',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const shop = addShop(plan);
      const at = scene.around('applied', 11);
      const proxy = shop['frontend-proxy'];
      patch(proxy, {
        at,
        through: true,
        manager: 'kubectl-client-side-apply',
        spec: (spec) => setEnv(mainContainer(spec), 'FRONTEND_HOST', 'localhost'),
        state: running(),
      });
      says(plan, proxy, {
        every: 8,
        line: (time) =>
          edgeLine(time, {
            status: 503,
            flags: 'UF',
            details:
              'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}',
            upstream: '"127.0.0.1:8080"',
          }),
      });
      highErrorRate(plan, proxy, { since: at, percent: 100 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'astronomy-shop', name: 'frontend-proxy' }],
        category: ['dependency-address-wrong', 'config-changed', 'config-drift', 'version-errors'],
        keywords: [['FRONTEND_HOST', 'localhost']],
      }),
  },
};
