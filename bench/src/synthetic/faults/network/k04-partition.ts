import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { RealPod } from '@headwater/testkit/world/realise.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { calleeOf, callFailed } from '../../kit/runtime-errors.ts';

const nameOf = (scene: Scene): string =>
  scene.random.pick('experiment', [`${scene.cast.orders}-partition`, 'split-backend', 'game-day-7']);

/** K04: an experiment cuts two services off from each other; both talk to everybody else. */
export const fault: Fault = {
  code: 'K04',
  name: 'network partition between two services',
  lookAlikes: ['K01', 'K02', 'K06'],
  scenario: {
    slug: 'k04-partition',
    title: 'Calls between two services time out, both serve everybody else',
    families: ['network', 'chaos'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments, namespace } = app;
      const at = scene.around('cut', 18);
      const callee = calleeOf(plan, payments, app.port, '/authorize');
      complaining(plan, orders, {
        complaints: [
          { since: at + 5 * SECOND, every: 35, say: callFailed(scene, orders, { callee, failure: 'connect-timeout' }) },
        ],
      });
      const pods = [orders, payments].map((workload) => realise(plan, workload).pods);
      plan.objects.push(experiment(scene, { at, namespace, app, pods: pods.flat() }));
      for (const pod of pods[0] ?? [])
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: steady(scene, pod.name, 6),
            errors: during(scene, at, { normal: () => 0.001, faulty: () => 0.44 }),
          }),
        );
      for (const pod of pods[1] ?? [])
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: during(scene, at, {
              normal: steady(scene, pod.name, 9),
              faulty: steady(scene, `${pod.name}-cut`, 3),
            }),
          }),
        );
      highErrorRate(plan, orders, { since: at, percent: 44 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'NetworkChaos', namespace: scene.cast.namespace, name: nameOf(scene) }],
        category: ['chaos-experiment', 'network-partition'],
        keywords: [[nameOf(scene)], ['partition']],
        not: [{ kind: 'Deployment' }, { kind: 'Service' }, { category: 'network-policy-ingress' }],
      }),
  },
};

function experiment(
  scene: Scene,
  view: {
    at: number;
    namespace: string;
    app: { orders: { selector: Record<string, string> }; payments: { selector: Record<string, string> } };
    pods: readonly RealPod[];
  },
): ReturnType<typeof object> {
  const { at, namespace, app, pods } = view;
  const injected = !scene.repaired;
  const condition = (type: string, status: boolean) => ({ status: status ? 'True' : 'False', type });
  const selector = (workload: { selector: Record<string, string> }) => ({
    mode: 'all',
    selector: { labelSelectors: workload.selector, namespaces: [namespace] },
  });
  return object(
    scene,
    { apiVersion: 'chaos-mesh.org/v1alpha1', kind: 'NetworkChaos', namespace, name: nameOf(scene) },
    { ...made(at, 'kubectl-create'), finalizers: ['chaos-mesh/records'] },
    {
      spec: {
        action: 'partition',
        direction: 'both',
        duration: '1h',
        ...selector(app.orders),
        target: selector(app.payments),
      },
      status: {
        conditions: [
          condition('Selected', true),
          condition('AllInjected', injected),
          condition('AllRecovered', !injected),
          condition('Paused', !injected),
        ],
        experiment: {
          containerRecords: pods.map(({ name }) => ({
            id: `${namespace}/${name}`,
            injectedCount: 1,
            phase: injected ? 'Injected' : 'Not Injected',
            recoveredCount: injected ? 0 : 1,
            selectorKey: '.',
          })),
          desiredPhase: injected ? 'Run' : 'Stop',
        },
      },
    },
  );
}
