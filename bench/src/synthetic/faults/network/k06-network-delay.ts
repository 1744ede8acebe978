import { SECOND } from '@headwater/core/time.ts';
import { highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { clientSeries, edgeTraces, shifted } from '../../kit/slow-edges.ts';

/** K06: every packet of one service is late; its own process is as quick as ever. */
export const fault: Fault = {
  code: 'K06',
  name: 'pod network delay',
  lookAlikes: ['U02', 'D01', 'N10', 'K07'],
  scenario: {
    slug: 'k06-network-delay',
    title: 'One backend is slow for everybody, though it is idle',
    families: ['network'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'], decoy: false });
      const { orders, payments, catalog } = app;
      const at = scene.around('delay', 21);
      const delay = scene.random.pick('delay', [400, 800, 1500]);
      const [caller] = realise(plan, orders).pods;
      const [callee] = realise(plan, payments).pods;
      const [front] = realise(plan, app.frontend).pods;
      const [other] = realise(plan, catalog).pods;
      if (!caller || !callee || !front || !other) return plan;
      edgeTraces(plan, {
        front,
        other,
        caller,
        callee,
        at,
        wire: (index, faulty) => (faulty ? delay + scene.random.int(`jitter/${index}`, 0, 60) : 1),
      });
      for (const pod of realise(plan, orders).pods)
        addMetrics(
          plan,
          clientSeries(plan, pod, payments.name, shifted(plan, at, { normal: 0.03, faulty: delay / 1000 + 0.03 })),
          clientSeries(plan, pod, catalog.name, shifted(plan, scene.now + SECOND, { normal: 0.02, faulty: 0.02 })),
          traffic(scene, pod, {
            rate: during(scene, at, { normal: steady(scene, pod.name, 7), faulty: steady(scene, `${pod.name}2`, 6) }),
            seconds: during(scene, at, { normal: () => 0.07, faulty: () => 0.07 + delay / 1000 }),
          }),
        );
      for (const pod of [...realise(plan, payments).pods, ...realise(plan, catalog).pods])
        addMetrics(
          plan,
          traffic(scene, pod, { rate: steady(scene, pod.name, 8), seconds: steady(scene, `${pod.name}s`, 0.022) }),
          usage(scene, pod, {
            cores: steady(scene, `${pod.name}c`, 0.08),
            bytes: steady(scene, `${pod.name}m`, 130e6),
          }),
        );
      highLatency(plan, payments, { since: at, seconds: delay / 1000 + 0.1 });
      highLatency(plan, orders, { since: at, seconds: delay / 1000 + 0.4 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
        category: ['network-delay'],
        keywords: [[scene.cast.payments], ['network', 'wire', 'on the way', 'between']],
        not: [
          { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
          { category: 'version-slow' },
          { category: 'cpu-throttling' },
        ],
      }),
  },
};
