import { highErrorRate, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** D07: an experiment delays the packets of one backend; somebody forgot that it runs. */
export const scenario: Scenario = {
  slug: 'chaos-experiment',
  title: 'One backend is slow in bursts, its pods look idle',
  families: ['chaos', 'network'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { orders, payments, namespace, port } = app;
    const at = scene.around('injected', 23);
    const name = `${payments.name}-delay`;
    const [pod] = realise(plan, payments).pods;
    const id = `${namespace}/${pod?.name ?? ''}`;
    const injected = !scene.repaired;
    const condition = (type: string, status: boolean): { status: string; type: string } => ({
      status: status ? 'True' : 'False',
      type,
    });
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'chaos-mesh.org/v1alpha1', kind: 'NetworkChaos', namespace, name },
        { ...made(at, 'chaos-dashboard'), finalizers: ['chaos-mesh/records'] },
        {
          spec: {
            action: 'delay',
            delay: { correlation: '0', jitter: '200ms', latency: '1800ms' },
            direction: 'to',
            duration: '2h',
            mode: 'all',
            selector: { labelSelectors: payments.selector, namespaces: [namespace] },
          },
          status: {
            conditions: [
              condition('Selected', true),
              condition('AllInjected', injected),
              condition('AllRecovered', !injected),
              condition('Paused', !injected),
            ],
            experiment: {
              containerRecords: [
                {
                  id,
                  injectedCount: 1,
                  phase: injected ? 'Injected' : 'Not Injected',
                  recoveredCount: injected ? 0 : 1,
                  selectorKey: '.',
                },
              ],
              desiredPhase: injected ? 'Run' : 'Stop',
            },
          },
        },
      ),
    );
    const error = `context deadline exceeded (Client.Timeout exceeded while awaiting headers) after 1s to ${clusterAddress(scene, payments)}:${port}`;
    complaining(plan, orders, {
      complaints: [
        {
          since: at + 8_000,
          every: 40,
          say: failedCall({ to: payments.name, url: `http://${payments.name}:${port}/authorize`, error }),
        },
      ],
    });
    for (const caller of realise(plan, orders).pods) {
      addMetrics(
        plan,
        traffic(scene, caller, {
          rate: steady(scene, caller.name, 6),
          errors: during(scene, at, { normal: () => 0.001, faulty: () => 0.24 }),
          seconds: during(scene, at, { normal: () => 0.07, faulty: () => 1.2 }),
        }),
      );
    }
    highErrorRate(plan, orders, { since: at, percent: 24 });
    highLatency(plan, orders, { since: at, seconds: 2 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'NetworkChaos', namespace: scene.cast.namespace, name: `${scene.cast.payments}-delay` }],
      category: ['chaos-experiment'],
      keywords: [[`${scene.cast.payments}-delay`], ['delay', '1800ms']],
      not: [{ kind: 'Deployment' }, { category: 'network-policy-ingress' }],
    }),
};
