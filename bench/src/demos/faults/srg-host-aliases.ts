import { causeIs } from '../../../../recordings/expect.ts';
import { addShop, edgeLine } from '../shop.ts';
import { demo, patch, says } from '../stage.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A left-over hostAliases entry resolves the backend to the Pod itself. */
export const fault: Fault = {
  code: 'SRG-host-aliases',
  name: "a host's name is pinned to loopback",
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-host-aliases',
    title: 'Only the edge fails',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const shop = addShop(plan);
      const at = scene.around('patched', 12);
      const proxy = shop['frontend-proxy'];
      patch(proxy, {
        at,
        through: true,
        spec: (spec) => {
          spec['hostAliases'] = [{ hostnames: ['frontend'], ip: '127.0.0.1' }];
        },
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
        category: ['dns-name-wrong', 'dependency-address-wrong', 'config-drift', 'config-changed'],
        keywords: [['hostAliases']],
      }),
  },
};
