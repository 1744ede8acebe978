import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { callsFail } from '../../kit/failed-calls.ts';
import { serve } from '../../kit/load.ts';

/** C04: a release calls a dependency at a port its Service does not have; other callers reach it well. */
export const fault: Fault = {
  code: 'C04-port',
  name: 'wrong dependency port in an environment variable',
  lookAlikes: ['V02', 'Y01', 'K01'],
  scenario: {
    slug: 'synthetic-c04-port',
    title: 'One caller fails since its release',
    families: ['config'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments } = app;
      const at = scene.around('rollout', 24);
      const wrong = wrongPort(scene);
      rollOut(orders, {
        at,
        spec: (spec) => setEnv(mainContainer(spec), 'PAYMENTS_URL', `http://${payments.name}:${wrong}`),
      });
      if (scene.repaired) rollBack(orders, scene.repairedAt);
      else
        callsFail(plan, orders, {
          target: { namespace: payments.namespace, name: payments.name, port: wrong },
          // Which of the two depends on how the node's proxy treats a cluster address without such a port.
          failure: scene.random.pick('failure', ['connect-timeout', 'refused']),
          since: at + 12_000,
          path: '/authorize',
        });
      serve(plan, orders, { since: at, errors: [0.001, 0.52] });
      serve(plan, payments, { since: at, rate: [6, 0.4] });
      highErrorRate(plan, orders, { since: at, percent: 52 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['dependency-address-wrong'],
        keywords: [[String(wrongPort(scene))], [scene.cast.payments]],
        not: [
          { category: 'network-policy-ingress' },
          { category: 'target-port-wrong' },
          { kind: 'Service', name: scene.cast.payments },
          { kind: 'Deployment', name: scene.cast.payments },
        ],
      }),
  },
};

function wrongPort(scene: Scene): number {
  return scene.random.pick('wrong-port', [8443, 9091, 80, 5000]);
}
