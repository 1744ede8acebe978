import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { placeOn, workersOf } from '../../kit/nodes.ts';
import { calleeOf, callFailed } from '../../kit/runtime-errors.ts';

/** K12: a Service keeps its traffic on the caller's node, where it has no pod. */
export const fault: Fault = {
  code: 'K12',
  name: 'internalTrafficPolicy Local without a local backend',
  lookAlikes: ['N03', 'V01', 'K01'],
  scenario: {
    slug: 'k12-traffic-policy-local',
    title: 'Some replicas of a service cannot reach a backend that others reach',
    families: ['network', 'service'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { bad, good } = workersOf(plan);
      const at = scene.around('edited', 22);
      const service = plan.services.find(
        ({ name, namespace }) => name === app.catalog.name && namespace === app.namespace,
      );
      if (!service) return plan;
      service.changed = scene.repaired ? scene.repairedAt : at;
      service.manager = scene.random.pick('editor', ['kubectl-edit', 'kubectl-patch', scene.cast.manager]);
      service.specExtra = { internalTrafficPolicy: scene.repaired ? 'Cluster' : 'Local' };
      placeOn(plan, app.catalog, [{ node: good }]);
      const callee = calleeOf(plan, app.catalog, app.port, '/api/items');
      const complaint = {
        since: at + 4 * SECOND,
        every: 35,
        say: callFailed(scene, app.orders, {
          callee,
          failure: scene.random.pick('failure', ['connect-timeout', 'refused'] as const),
        }),
      };
      placeOn(plan, app.orders, [{ node: bad, complaints: [complaint] }, { node: good }]);
      for (const [index, pod] of realise(plan, app.orders).pods.entries())
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: steady(scene, pod.name, 7),
            errors: during(scene, at, { normal: () => 0.002, faulty: () => (index === 0 ? 0.72 : 0.003) }),
          }),
        );
      highErrorRate(plan, app.orders, { since: at, percent: 36 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.catalog }],
        category: ['traffic-policy-local'],
        keywords: [['internalTrafficPolicy'], ['Local']],
        not: [
          { kind: 'Deployment' },
          { kind: 'Node' },
          { category: 'kube-proxy-down' },
          { category: 'network-policy-ingress' },
        ],
      }),
  },
};
