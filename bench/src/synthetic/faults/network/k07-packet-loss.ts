import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, counter, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { calleeOf, callFailed } from '../../kit/runtime-errors.ts';
import { clientSeries, edgeTraces, tailed } from '../../kit/slow-edges.ts';

// The first retransmissions of a segment and of a SYN, in milliseconds.
const TIMEOUTS = [205, 1010, 205, 3040] as const;

/** K07: a share of one pod's packets is lost; most calls are quick, some take a retransmission or fail. */
export const fault: Fault = {
  code: 'K07',
  name: 'packet loss on a pod',
  lookAlikes: ['K06', 'N10', 'U02'],
  scenario: {
    slug: 'k07-packet-loss',
    title: 'A tenth of the calls to one backend is very slow or breaks off',
    families: ['network'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'], decoy: false });
      const { orders, payments, catalog } = app;
      const at = scene.around('loss', 22);
      const callee = calleeOf(plan, payments, app.port, '/authorize');
      const failure = scene.random.pick('failure', ['reset', 'read-timeout'] as const);
      complaining(plan, orders, {
        complaints: [{ since: at + 11 * SECOND, every: 80, say: callFailed(scene, orders, { callee, failure }) }],
      });
      const [caller] = realise(plan, orders).pods;
      const [target] = realise(plan, payments).pods;
      const [front] = realise(plan, app.frontend).pods;
      const [other] = realise(plan, catalog).pods;
      if (!caller || !target || !front || !other) return plan;
      edgeTraces(plan, {
        front,
        other,
        caller,
        callee: target,
        at,
        wire: (index, faulty) => (faulty && index % 3 === 0 ? (TIMEOUTS[Math.floor(index / 3) % 4] ?? 205) : 1),
      });
      for (const pod of realise(plan, orders).pods)
        addMetrics(
          plan,
          clientSeries(plan, pod, payments.name, tailed(plan, at, { share: 0.16, normal: 0.03 })),
          clientSeries(plan, pod, catalog.name, tailed(plan, scene.now + SECOND, { share: 0.002, normal: 0.02 })),
          traffic(scene, pod, {
            rate: steady(scene, pod.name, 7),
            errors: during(scene, at, { normal: () => 0.001, faulty: () => 0.04 }),
            seconds: during(scene, at, { normal: () => 0.07, faulty: () => 0.29 }),
          }),
        );
      const dropped = { namespace: target.namespace, pod: target.name, interface: 'eth0' };
      addMetrics(
        plan,
        counter(scene, 'container_network_transmit_packets_dropped_total', dropped, {
          rate: during(scene, at, { normal: () => 0, faulty: steady(scene, 'drops', 11) }),
        }),
        counter(scene, 'container_network_transmit_packets_total', dropped, { rate: steady(scene, 'sent', 74) }),
      );
      for (const pod of realise(plan, payments).pods)
        addMetrics(
          plan,
          traffic(scene, pod, { rate: steady(scene, pod.name, 8), seconds: steady(scene, `${pod.name}s`, 0.022) }),
        );
      highLatency(plan, payments, { since: at, seconds: 3.1 });
      highErrorRate(plan, orders, { since: at, percent: 4 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
        category: ['network-loss', 'network-delay'],
        keywords: [[scene.cast.payments], ['loss', 'lost', 'lose', 'drop', 'retrans']],
        not: [
          { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
          { category: 'version-slow' },
          { category: 'dependency-failing' },
        ],
      }),
  },
};
