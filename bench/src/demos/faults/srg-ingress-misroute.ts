import { causeIs } from '../../../../recordings/expect.ts';
import { HOTEL, addHotel } from '../hotel.ts';
import { demo, fire, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { addService } from '@headwater/testkit/world/application.ts';
import { edited, made } from '@headwater/testkit/world/metadata.ts';
import { addMetrics, counter } from '@headwater/testkit/world/metrics.ts';
import { addNamespace, object } from '@headwater/testkit/world/objects.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The Ingress sends the API's path to another service, which answers what it does not know with 404. */
export const fault: Fault = {
  code: 'SRG-ingress-misroute',
  name: 'a path leads to the wrong service',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-ingress-misroute',
    title: 'The API answers nonsense',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const at = scene.around('edited', 12);
      addController(plan, hotel);
      const identity = {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        namespace: HOTEL,
        name: 'hotel-reservation-ingress',
      };
      const before = object(scene, identity, made(daysBefore(scene, 1)), {
        spec: ingress('frontend-service'),
        status: { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } },
      });
      const after = object(
        scene,
        identity,
        edited(daysBefore(scene, 1), { at, manager: 'OpenAPI-Generator', wrote: { spec: { rules: 1 } } }),
        { spec: ingress('recommendation-service'), status: { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } } },
      );
      plan.objects.push(after);
      plan.journal.push(
        { observedAt: scene.before(90), type: 'ADDED', object: before },
        { observedAt: at, type: 'MODIFIED', object: after },
      );
      plan.sources.history = 'present';
      addMetrics(plan, ...requests(plan, at));
      fire(plan, {
        alertname: 'IngressHighErrorRate',
        severity: 'critical',
        labels: { ingress: 'hotel-reservation-ingress', namespace: HOTEL },
        summary: 'Ingress hotel-reservation-ingress answers with errors.',
        description:
          '100% of the requests to Ingress hotel-reservation/hotel-reservation-ingress have failed over the last 5 minutes.',
        at: at + 5 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Ingress', namespace: 'hotel-reservation', name: 'hotel-reservation-ingress' }],
        category: ['gateway-misroute', 'ingress-backend-missing', 'config-changed', 'config-drift'],
        keywords: [['recommendation-service']],
      }),
  },
};

function ingress(name: string): object {
  return {
    ingressClassName: 'nginx',
    rules: [
      {
        http: {
          paths: [
            {
              backend: { service: { name, port: { number: 80 } } },
              path: '/api(/|$)(.*)',
              pathType: 'ImplementationSpecific',
            },
          ],
        },
      },
    ],
  };
}

/** The controller of the class, and the two Services a path may lead to. */
function addController(plan: Plan, hotel: ReturnType<typeof addHotel>): void {
  const { scene } = plan;
  plan.objects.push(
    object(
      scene,
      { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', name: 'nginx' },
      made(daysBefore(scene, 1)),
      { spec: { controller: 'k8s.io/ingress-nginx' } },
    ),
  );
  addNamespace(plan, 'ingress-nginx', { days: 1 });
  part(plan, 'ingress-nginx', 'ingress-nginx-controller', {
    image: 'registry.k8s.io/ingress-nginx/controller:v1.12.1',
    container: 'controller',
    port: 80,
    labels: { 'app.kubernetes.io/name': 'ingress-nginx' },
  });
  addService(plan, hotel.frontend, { port: 80, name: 'http', targetPort: 5000, serviceName: 'frontend-service' });
  addService(plan, hotel.recommendation, {
    port: 80,
    name: 'http',
    targetPort: 8085,
    serviceName: 'recommendation-service',
  });
}

function requests(plan: Plan, at: number): Series[] {
  const { scene } = plan;
  const labels = {
    ingress: 'hotel-reservation-ingress',
    namespace: HOTEL,
    exported_namespace: HOTEL,
    job: 'ingress-nginx',
    path: '/api(/|$)(.*)',
  };
  return [
    counter(
      scene,
      'nginx_ingress_controller_requests',
      { ...labels, service: 'frontend-service', status: '200' },
      { rate: (time) => (time < at ? 9 : 0) },
    ),
    counter(
      scene,
      'nginx_ingress_controller_requests',
      { ...labels, service: 'recommendation-service', status: '502' },
      { rate: (time) => (time < at ? 0 : 9) },
    ),
  ];
}
