import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { serve } from '../../kit/load.ts';
import { requestsAround } from '../../kit/spans.ts';

const INNER = [
  'signing key could not be unwrapped: keystore is sealed',
  'rule set 41 rejected: checksum mismatch after reload',
  'price table is empty after refresh, refusing to serve',
  'state snapshot 1187 is corrupt at offset 20480',
];

/** Nothing was changed: a service two calls below the alerting one fails inside itself. */
export const fault: Fault = {
  code: 'Y01',
  name: 'downstream service failing',
  lookAlikes: ['D02', 'K01', 'V01', 'U07'],
  scenario: {
    slug: 'y01-downstream-failing',
    title: 'The frontend fails and says that it is somebody else',
    families: ['dependency'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { frontend, orders, payments, port } = app;
      const at = scene.around('failing', 19);
      const inner = innerOf(scene);
      const grpc = scene.random.chance('grpc', 0.5);
      if (scene.repaired) allPods(payments, running(), { created: scene.repairedAt });
      else
        complaining(plan, payments, {
          complaints: [
            {
              since: at,
              every: 14,
              say: () => ({ level: 'error', message: `authorize: ${inner}`, fields: { status: 500 } }),
            },
          ],
        });
      const relayed = grpc
        ? `failed to get ${payments.name}: rpc error: code = Unavailable desc = ${inner}`
        : `POST http://${payments.name}:${port}/authorize: 503 Service Unavailable`;
      const outer = grpc
        ? `rpc error: code = Internal desc = ${orders.name}: cannot complete request`
        : `GET http://${orders.name}:${port}/api: 500 Internal Server Error`;
      complaining(plan, orders, {
        complaints: [
          { since: at + 1_000, every: 17, say: () => ({ level: 'error', message: relayed, fields: { status: 500 } }) },
        ],
      });
      complaining(plan, frontend, {
        complaints: [
          {
            since: at + 2_000,
            every: 15,
            say: () => ({ level: 'error', message: `request failed: ${outer}`, fields: { status: 502 } }),
          },
        ],
      });
      serve(plan, payments, { since: at, rate: [5, 5], errors: [0.001, 0.62] });
      serve(plan, orders, { since: at, rate: [6, 6], errors: [0.001, 0.5] });
      serve(plan, frontend, { since: at, rate: [9, 9], errors: [0.001, 0.36] });
      requestsAround(plan, at, (faulty) => ({
        legs: [
          { workload: frontend, operation: 'GET /', own: 6, error: faulty ? outer : undefined },
          { workload: orders, operation: 'GET /api', own: 9, error: faulty ? relayed : undefined },
          { workload: payments, operation: 'POST /authorize', own: 7, error: faulty ? inner : undefined },
        ],
      }));
      highErrorRate(plan, frontend, { since: at, percent: 36 });
      if (scene.random.chance('second-alert', 0.6)) highErrorRate(plan, orders, { since: at, percent: 50 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
        category: ['dependency-failing'],
        keywords: [[innerOf(scene)]],
        not: [
          { kind: 'Deployment', name: scene.cast.orders },
          { kind: 'Deployment', name: scene.cast.frontend },
          { category: 'version-errors' },
        ],
      }),
  },
};

function innerOf(scene: Scene): string {
  return scene.random.pick('inner', INNER);
}
