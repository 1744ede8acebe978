import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { edited } from '@headwater/testkit/world/metadata.ts';
import { addMetrics, gauge } from '@headwater/testkit/world/metrics.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The Route's target is a Service that does not exist; the router has a backend without a server. */
export const fault: Fault = {
  code: 'KDS-route-misconfiguration',
  name: 'an OpenShift Route names no Service',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-route-misconfiguration',
    title: 'A route answers 503',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-route');
      const namespace = 'demo-route';
      const at = scene.around('inject', 8);
      part(plan, namespace, 'storefront', { image: 'nginx:1.27-alpine', port: 8080, probes: '/', replicas: 2 });
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'route.openshift.io/v1', kind: 'Route', namespace, name: 'storefront' },
          edited(daysBefore(scene, 1), { at, manager: 'kubectl-patch', wrote: { spec: { to: 1 } } }),
          {
            spec: {
              host: 'storefront-demo-route.apps.cluster.example',
              port: { targetPort: 'http' },
              to: { kind: 'Service', name: 'storefront-v2', weight: 100 },
              wildcardPolicy: 'None',
            },
            status: {
              ingress: [
                {
                  conditions: [{ lastTransitionTime: stamp(daysBefore(scene, 1)), status: 'True', type: 'Admitted' }],
                  host: 'storefront-demo-route.apps.cluster.example',
                  routerName: 'default',
                },
              ],
            },
          },
        ),
      );
      const labels = {
        exported_namespace: namespace,
        job: 'router-internal-default',
        namespace: 'openshift-ingress',
        route: 'storefront',
      };
      addMetrics(
        plan,
        gauge(scene, 'haproxy_backend_up', labels, () => 1),
      );
      fire(plan, {
        alertname: 'RouteBackendUnavailable',
        severity: 'high',
        labels: { ...labels, namespace },
        summary:
          'Route storefront in namespace demo-route has no healthy backend. The HAProxy backend is down, indicating the target Service is unreachable or does not exist.',
        description:
          'The OpenShift Route storefront is pointing to a Service that has no healthy endpoints. This is typically caused by a misconfigured Route target (spec.to.name pointing to a non-existent Service), or the backend pods are not ready. External users are receiving 503 errors.',
        at: at + MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Route', namespace: 'demo-route', name: 'storefront' }],
        category: ['ingress-backend-missing', 'gateway-misroute', 'service-missing'],
        keywords: [['storefront-v2']],
      }),
  },
};
