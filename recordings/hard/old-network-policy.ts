import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail } from './kit/faults.ts';

const NAME = 'payments-allow-frontend';

/** The policy is three weeks old; whom it keeps out calls once a month. A policy leaves no Event at all. */
export const scenario: HardScenario = {
  slug: 'old-network-policy',
  title: 'The monthly settlement times out',
  theme: 'older-than-events',
  families: ['hard', 'network'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { orders, payments, frontend, namespace, port } = app;
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace, name: NAME },
        made(daysBefore(scene, 21)),
        {
          spec: {
            ingress: [
              { from: [{ podSelector: { matchLabels: frontend.selector } }], ports: [{ port, protocol: 'TCP' }] },
            ],
            podSelector: { matchLabels: payments.selector },
            policyTypes: ['Ingress'],
          },
        },
      ),
    );
    callsFail(plan, { caller: orders, callee: payments, port, since: scene.around('run', 18), error: 'i/o timeout' });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'NetworkPolicy', namespace: scene.cast.namespace, name: NAME }],
      category: ['network-policy-ingress'],
      not: [{ kind: 'Deployment' }, { kind: 'Service' }],
    }),
};
