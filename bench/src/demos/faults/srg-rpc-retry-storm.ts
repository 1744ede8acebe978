import { causeIs } from '../../../../recordings/expect.ts';
import { editConfigMap } from '../../synthetic/kit/config-edits.ts';
import { HOTEL, addHotel, hotelErrors } from '../hotel.ts';
import { demo } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { rollOut } from '@headwater/testkit/world/workload.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A ConfigMap sets a timeout of 50 ms and thirty retries; after a short trigger the retries keep the system busy. */
export const fault: Fault = {
  code: 'SRG-rpc-retry-storm',
  name: 'a short timeout and thirty retries',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-rpc-retry-storm',
    title: 'Latency and load stay high after a short disturbance',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const at = scene.around('trigger', 14);
      editConfigMap(plan, {
        namespace: HOTEL,
        name: 'rpc',
        good: { RETRIES: '3', TIMEOUT: '1s' },
        bad: { RETRIES: '30', TIMEOUT: '50ms' },
        at: at - 3 * MINUTE,
        manager: 'kubectl-patch',
        owner: 'kubectl-client-side-apply',
        watched: true,
      });
      for (const workload of [hotel.frontend, hotel.search]) {
        mainContainer(workload.spec).envFrom = [{ configMapRef: { name: 'rpc' } }];
        rollOut(workload, {
          at: at - 2 * MINUTE,
          manager: 'kubectl-rollout',
          annotations: { 'kubectl.kubernetes.io/restartedAt': stamp(at - 2 * MINUTE) },
        });
      }
      hotelErrors(plan, hotel.frontend, {
        since: at,
        every: 6,
        level: 'warn',
        message:
          'call to search:8082 failed: rpc error: code = DeadlineExceeded desc = context deadline exceeded; retrying (attempt 17 of 30)',
      });
      hotelErrors(plan, hotel.search, {
        since: at,
        every: 9,
        level: 'warn',
        message:
          'call to geo:8083 failed: rpc error: code = DeadlineExceeded desc = context deadline exceeded; retrying (attempt 21 of 30)',
      });
      for (const [workload, rates, errors, seconds] of [
        [hotel.frontend, [30, 30], 0.6, 0.9],
        [hotel.search, [30, 410], 0.9, 0.7],
        [hotel.geo, [30, 5200], 0.9, 0.4],
      ] as const)
        for (const pod of realise(plan, workload).pods)
          addMetrics(
            plan,
            traffic(scene, pod, {
              rate: during(scene, at, {
                normal: steady(scene, `${pod.name}r`, rates[0]),
                faulty: steady(scene, `${pod.name}f`, rates[1]),
              }),
              errors: during(scene, at, { normal: () => 0.001, faulty: () => errors }),
              seconds: during(scene, at, { normal: () => 0.02, faulty: () => seconds }),
            }),
          );
      highErrorRate(plan, hotel.frontend, { since: at, percent: 60 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'ConfigMap', namespace: 'hotel-reservation', name: 'rpc' },
          { kind: 'Deployment', namespace: 'hotel-reservation', name: 'search' },
          { kind: 'Deployment', namespace: 'hotel-reservation', name: 'frontend' },
        ],
        category: ['retry-storm', 'config-changed'],
      }),
  },
};
