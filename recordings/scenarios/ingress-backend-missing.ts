import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { frontendIngress } from '@headwater/testkit/world/bystanders.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** V07: the Ingress was pointed at a Service of the next version, which is not there. */
export const scenario: Scenario = {
  slug: 'ingress-backend-missing',
  title: 'The public site answers 503, everything inside is fine',
  families: ['ingress'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['ingress'] });
    const { frontend, namespace } = app;
    const at = scene.around('edit', 20);
    const index = plan.objects.findIndex(({ kind }) => kind === 'Ingress');
    const wrong = `${frontend.name}-v2`;
    const manager = 'kubectl-edit';
    plan.objects[index] = frontendIngress(
      plan,
      app,
      scene.repaired ? { at: scene.repairedAt, manager } : { at, manager, serviceName: wrong },
    );
    const controller = plan.workloads.find(({ name }) => name === 'ingress-nginx-controller');
    if (controller) {
      const host = `www.${scene.cast.domain}`;
      complaining(plan, controller, {
        complaints: [
          {
            since: at + 2_000,
            every: 3_600,
            say: () => ({
              level: 'warn',
              message: `Error obtaining Endpoints for Service "${namespace}/${wrong}": no object matching key "${namespace}/${wrong}" in local store`,
            }),
          },
          {
            since: at + 9_000,
            every: 45,
            say: (_time, number) => ({
              level: 'warn',
              message: `"GET / HTTP/2.0" 503 592 "${host}" [${namespace}-${wrong}-http] [] - - - - ${number}`,
            }),
          },
        ],
      });
    }
    alert(plan, {
      alertname: 'ProbeFailed',
      severity: 'critical',
      labels: { instance: `https://www.${scene.cast.domain}/`, job: 'blackbox', namespace, ingress: frontend.name },
      summary: 'A public page does not answer.',
      description: `https://www.${scene.cast.domain}/ answers 503.`,
      at: at + 3 * 60_000,
    });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Ingress', namespace: scene.cast.namespace, name: scene.cast.frontend }],
      category: ['ingress-backend-missing'],
      keywords: [[`${scene.cast.frontend}-v2`]],
      not: [{ kind: 'Deployment' }, { category: 'ingress-controller-down' }, { category: 'service-missing' }],
    }),
};
