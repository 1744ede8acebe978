import { addService } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addNamespace, object } from '@headwater/testkit/world/objects.ts';
import { container, mainContainer, podSpec, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail } from './kit/faults.ts';

const NAMESPACE = 'identity';

/** The team that owns the token service closes its namespace to others; their own calls still work. */
export const scenario: HardScenario = {
  slug: 'other-network-policy',
  title: 'Calls to a service of another team time out',
  theme: 'other-namespace',
  families: ['hard', 'network'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    addNamespace(plan, NAMESPACE, { days: 140 });
    const main = container('server', {
      image: `${scene.cast.registry}/token-issuer:4.2.0`,
      port: 8080,
      requests: { cpu: '50m', memory: '64Mi' },
      readiness: { httpGet: { path: '/healthz', port: 8080 } },
    });
    const issuer = addWorkload(plan, NAMESPACE, 'token-issuer', { spec: podSpec([main]), replicas: 2 });
    addService(plan, issuer, { port: 8080, name: 'http' });
    setEnv(mainContainer(app.orders.spec), 'TOKEN_URL', `http://token-issuer.${NAMESPACE}:8080`);
    const at = scene.around('policy', 22);
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: NAMESPACE, name: 'own-namespace-only' },
        made(at),
        { spec: { ingress: [{ from: [{ podSelector: {} }] }], podSelector: {}, policyTypes: ['Ingress'] } },
      ),
    );
    callsFail(plan, { caller: app.orders, callee: issuer, port: 8080, since: at, error: 'i/o timeout' });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'NetworkPolicy', namespace: NAMESPACE, name: 'own-namespace-only' }],
      category: ['network-policy-ingress'],
      keywords: [['own-namespace-only']],
      not: [{ kind: 'Deployment', name: scene.cast.orders }],
    }),
};
