import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addMesh, edgeFails, meshed } from '../../kit/mesh.ts';

/** K08: a destination rule turns TLS off towards a service that demands it. */
export const fault: Fault = {
  code: 'K08-rule',
  name: 'destination rule without TLS against strict mTLS',
  lookAlikes: ['K09', 'K10', 'V02'],
  scenario: {
    slug: 'k08-rule',
    title: 'Every call from one service to another answers 503, both are healthy',
    families: ['network', 'mesh'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments, namespace, port } = app;
      addMesh(plan, [app.frontend, orders, app.catalog, payments]);
      const at = scene.around('rule', 19);
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', namespace, name: 'default' },
          made(daysBefore(scene, 40)),
          { spec: { mtls: { mode: 'STRICT' } } },
        ),
      );
      if (!scene.repaired)
        plan.objects.push(
          object(
            scene,
            { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', namespace, name: payments.name },
            made(at, scene.cast.manager),
            {
              spec: {
                host: `${payments.name}.${namespace}.svc.cluster.local`,
                trafficPolicy: { connectionPool: { http: { http1MaxPendingRequests: 100 } }, tls: { mode: 'DISABLE' } },
              },
            },
          ),
        );
      const message = scene.random.pick('words', [
        `call to ${payments.name} failed: unexpected status 503: upstream connect error or disconnect/reset before headers. reset reason: connection termination`,
        `POST http://${payments.name}:${port}/authorize returned 503 Service Unavailable: upstream connect error or disconnect/reset before headers. retried and the latest reset reason: connection termination`,
      ]);
      meshed(plan, orders, {
        complaints: [
          { since: at + 3 * SECOND, every: 30, say: () => ({ level: 'error', message, fields: { status: 502 } }) },
        ],
        proxy: {
          since: at,
          every: 35,
          direction: 'outbound',
          callee: payments,
          port,
          line: {
            status: 503,
            flags: 'UC',
            details: 'upstream_reset_before_response_started{connection_termination}',
            path: '/authorize',
          },
        },
      });
      edgeFails(plan, { from: orders, to: payments }, { at, code: '503', flags: 'UC' });
      highErrorRate(plan, orders, { since: at, percent: 97 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'DestinationRule', namespace: scene.cast.namespace, name: scene.cast.payments }],
        category: ['mtls-mismatch'],
        keywords: [['DISABLE'], ['STRICT']],
        not: [{ kind: 'Deployment' }, { category: 'authorization-policy-denied' }, { category: 'mesh-misroute' }],
      }),
  },
};
