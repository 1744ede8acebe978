import { highErrorRate, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addExperiment, selectorOf } from '../../kit/chaos.ts';
import { serve } from '../../kit/load.ts';

/** A Schedule delays, drops or cuts the packets of one backend; a former run of it lies beside, long recovered. */
export const fault: Fault = {
  code: 'D07-network',
  name: 'chaos experiment on the network',
  lookAlikes: ['K06', 'K07', 'K01'],
  scenario: {
    slug: 'd07-network-chaos',
    title: 'Calls to one backend time out, its pods are idle and well',
    families: ['chaos', 'network'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments, port } = app;
      const at = scene.around('injected', 21);
      const action = actionOf(scene);
      addExperiment(plan, {
        kind: 'NetworkChaos',
        schedule: `${payments.name}-network`,
        cron: scene.random.pick('cron', ['@every 2h', '15 */3 * * *']),
        at,
        victims: realise(plan, payments).pods,
        spec: {
          action,
          direction: action === 'partition' ? 'both' : 'to',
          duration: '1h',
          mode: 'all',
          selector: selectorOf(payments),
          ...(action === 'delay' ? { delay: { correlation: '0', jitter: '100ms', latency: '2500ms' } } : {}),
          ...(action === 'loss' ? { loss: { correlation: '25', loss: '60' } } : {}),
        },
      });
      const address = `${clusterAddress(scene, payments)}:${port}`;
      const error =
        action === 'delay'
          ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
          : scene.random.pick('timeout-words', [
              `dial tcp ${address}: i/o timeout`,
              `dial tcp ${address}: connect: connection timed out`,
            ]);
      complaining(plan, orders, {
        complaints: [
          {
            since: at + 8_000,
            every: 24,
            say: () => ({
              level: 'error',
              message: `call to ${payments.name} failed: Post "http://${payments.name}:${port}/authorize": ${error}`,
              fields: { status: 504 },
            }),
          },
        ],
      });
      serve(plan, orders, { since: at, errors: [0.001, 0.44], seconds: [0.06, 1.6], errorCode: '504' });
      highErrorRate(plan, orders, { since: at, percent: 44 });
      if (scene.random.chance('latency-alert', 0.5)) highLatency(plan, orders, { since: at, seconds: 2.5 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'NetworkChaos', name: `${scene.cast.payments}-network-*` },
          { kind: 'Schedule', name: `${scene.cast.payments}-network` },
        ],
        category: ['chaos-experiment'],
        keywords: [[`${scene.cast.payments}-network`], [actionOf(scene)]],
        not: [{ kind: 'Deployment' }, { category: 'network-policy-ingress' }, { category: 'network-delay' }],
      }),
  },
};

function actionOf(scene: Scene): string {
  return scene.random.pick('chaos-action', ['delay', 'loss', 'partition']);
}
