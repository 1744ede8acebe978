import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addMetrics, during, steady } from '@headwater/testkit/world/metrics.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addMesh, istioRequests, meshed } from '../../kit/mesh.ts';

/** K10: a virtual service aborts a share of the requests; a test somebody left behind. */
export const fault: Fault = {
  code: 'K10-abort',
  name: 'mesh fault injection',
  lookAlikes: ['D02', 'K08', 'D07'],
  scenario: {
    slug: 'k10-abort',
    title: 'A fixed share of the calls to one service fails, its pods see none of them',
    families: ['network', 'mesh'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments, namespace, port } = app;
      addMesh(plan, [app.frontend, orders, app.catalog, payments]);
      const at = scene.around('injected', 20);
      const share = scene.random.pick('share', [25, 40, 50]);
      const status = scene.random.pick('status', [500, 503, 504]);
      const host = `${payments.name}.${namespace}.svc.cluster.local`;
      const route = [{ destination: { host, port: { number: port } } }];
      if (!scene.repaired)
        plan.objects.push(
          object(
            scene,
            { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', namespace, name: payments.name },
            made(at),
            {
              spec: {
                hosts: [host],
                http: [{ fault: { abort: { httpStatus: status, percentage: { value: share } } }, route }],
              },
            },
          ),
        );
      meshed(plan, orders, {
        complaints: [
          {
            since: at + 3 * SECOND,
            every: 45,
            say: () => ({
              level: 'error',
              message: `call to ${payments.name} failed: unexpected status ${status}: fault filter abort`,
              fields: { status: 502 },
            }),
          },
        ],
        proxy: {
          since: at,
          every: 35,
          direction: 'outbound',
          callee: payments,
          port,
          line: { status, flags: 'FI', details: 'fault_filter_abort', path: '/authorize' },
        },
      });
      addMetrics(
        plan,
        istioRequests(scene, {
          from: orders,
          to: payments,
          code: '200',
          rate: during(scene, at, {
            normal: steady(scene, 'ok', 6),
            faulty: steady(scene, 'ok2', 6 * (1 - share / 100)),
          }),
        }),
        istioRequests(scene, {
          from: orders,
          to: payments,
          code: String(status),
          flags: 'FI',
          rate: during(scene, at, { normal: () => 0, faulty: steady(scene, 'bad', (6 * share) / 100) }),
        }),
      );
      highErrorRate(plan, orders, { since: at, percent: share });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'VirtualService', namespace: scene.cast.namespace, name: scene.cast.payments }],
        category: ['mesh-misroute'],
        keywords: [['fault', 'abort']],
        not: [{ kind: 'Deployment' }, { category: 'version-errors' }, { category: 'mtls-mismatch' }],
      }),
  },
};
