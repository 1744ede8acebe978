import { causeIs } from '../../../../recordings/expect.ts';
import { addMesh, istioRequests, meshed } from '../../synthetic/kit/mesh.ts';
import { demo, fire, part, says } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addMetrics, during, steady } from '@headwater/testkit/world/metrics.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A DENY policy with an empty rule answers 403 to every request of the namespace. */
export const fault: Fault = {
  code: 'KDS-mesh-routing-failure',
  name: 'an AuthorizationPolicy denies everything',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-mesh-routing-failure',
    title: 'A mesh denies requests',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-mesh-failure');
      const namespace = 'demo-mesh-failure';
      const at = scene.around('inject', 10);
      const server = part(plan, namespace, 'api-server', {
        image: 'nginx:1.27-alpine',
        port: 8080,
        replicas: 2,
        memory: ['32Mi', '64Mi'],
      });
      const gen = part(plan, namespace, 'traffic-gen', {
        image: 'curlimages/curl:8.8.0',
        command: [
          'sh',
          '-c',
          'while true; do curl -s -o /dev/null -w "%{http_code}\\n" http://api-server:8080/; sleep 1; done',
        ],
      });
      addMesh(plan, [server, gen]);
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', namespace, name: 'deny-all-traffic' },
          made(at),
          { spec: { action: 'DENY', rules: [{}] } },
        ),
      );
      says(plan, gen, { every: 8, line: (time) => (time > at + 3 * SECOND ? '403' : '200') });
      meshed(plan, server, {
        proxy: {
          since: at,
          every: 20,
          direction: 'inbound',
          callee: server,
          port: 8080,
          line: {
            status: 403,
            flags: '-',
            details: 'rbac_access_denied_matched_policy[ns[demo-mesh-failure]-policy[deny-all-traffic]-rule[0]]',
            path: '/',
          },
        },
      });
      for (const [code, shapes] of [
        ['200', { normal: steady(scene, 'ok', 1), faulty: () => 0 }],
        ['403', { normal: () => 0, faulty: steady(scene, 'bad', 1) }],
      ] as const)
        addMetrics(
          plan,
          istioRequests(scene, {
            from: gen,
            to: server,
            code,
            reporter: 'destination',
            rate: during(scene, at, shapes),
          }),
        );
      fire(plan, {
        alertname: 'IstioHighDenyRate',
        severity: 'critical',
        labels: { namespace },
        summary: 'Istio AuthorizationPolicy is denying inbound HTTP requests in namespace demo-mesh-failure.',
        description:
          'istio_requests_total with response_code=403 is rising, indicating an Istio AuthorizationPolicy is blocking legitimate traffic.',
        at: at + 5 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'AuthorizationPolicy', namespace: 'demo-mesh-failure', name: 'deny-all-traffic' }],
        category: ['authorization-policy-denied'],
        keywords: [['deny-all-traffic']],
      }),
  },
};
