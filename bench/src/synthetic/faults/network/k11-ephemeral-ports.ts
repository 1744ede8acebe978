import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, containerLabels, during, gauge, ramp, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { calleeOf, callFailed } from '../../kit/runtime-errors.ts';

/** K11: a caller opens a connection per request until no local port is left towards its callee. */
export const fault: Fault = {
  code: 'K11',
  name: 'ephemeral ports exhausted',
  lookAlikes: ['N11', 'K01', 'Y05'],
  scenario: {
    slug: 'k11-ephemeral-ports',
    title: 'One service cannot open connections to a backend others reach',
    families: ['network', 'pod'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments', 'cache'] });
      const { orders, payments, cache } = app;
      const at = scene.around('full', 21);
      const target = scene.random.pick('target', ['cache', 'payments'] as const);
      const callee =
        target === 'cache' ? calleeOf(plan, cache, 6379, '/') : calleeOf(plan, payments, app.port, '/authorize');
      complaining(plan, orders, {
        complaints: [
          {
            since: at + 3 * SECOND,
            every: 30,
            say: callFailed(scene, orders, { callee, failure: 'no-local-address' }),
          },
        ],
      });
      const until = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
      const climb = ramp(at - 12 * MINUTE, at, [180, 28_230]);
      for (const pod of realise(plan, orders).pods)
        addMetrics(
          plan,
          gauge(scene, 'container_sockets', containerLabels(pod), (time) => (time < until ? climb(time) : 180)),
          traffic(scene, pod, {
            rate: steady(scene, pod.name, 40),
            errors: during(scene, at, { normal: () => 0.001, faulty: () => 0.38 }),
          }),
        );
      highErrorRate(plan, orders, { since: at, percent: 38 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['resource-exhausted-in-process'],
        keywords: [['assign requested address', 'EADDRNOTAVAIL', 'port']],
        not: [
          { kind: 'Node' },
          { category: 'conntrack-full' },
          { category: 'dependency-failing' },
          { category: 'pool-exhausted' },
        ],
      }),
  },
};
