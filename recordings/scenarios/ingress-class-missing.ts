import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { frontendIngress } from '@headwater/testkit/world/bystanders.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** V07: the Ingress names a class nobody serves, so its address is gone and every page is a 404. */
export const scenario: Scenario = {
  slug: 'ingress-class-missing',
  title: 'The public site answers 404 since the ingress was migrated',
  families: ['ingress'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['ingress'] });
    const { frontend, namespace } = app;
    const at = scene.around('edit', 28);
    const index = plan.objects.findIndex(({ kind }) => kind === 'Ingress');
    const manager = 'argocd-controller';
    plan.objects[index] = frontendIngress(
      plan,
      app,
      scene.repaired ? { at: scene.repairedAt, manager } : { at, manager, className: 'nginx-public', address: false },
    );
    const controller = plan.workloads.find(({ name }) => name === 'ingress-nginx-controller');
    if (controller) {
      const message = `"Ignoring ingress because of error while validating ingress class" ingress="${namespace}/${frontend.name}" error="no object matching key \\"nginx-public\\" in local store"`;
      complaining(plan, controller, {
        complaints: [{ since: at + 1_000, every: 600, say: () => ({ level: 'error', message }) }],
      });
    }
    alert(plan, {
      alertname: 'ProbeFailed',
      severity: 'critical',
      labels: { instance: `https://www.${scene.cast.domain}/`, job: 'blackbox', namespace, ingress: frontend.name },
      summary: 'A public page does not answer.',
      description: `https://www.${scene.cast.domain}/ answers 404.`,
      at: at + 3 * 60_000,
    });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Ingress', namespace: scene.cast.namespace, name: scene.cast.frontend }],
      category: ['ingress-class-missing'],
      keywords: [['nginx-public']],
      not: [{ kind: 'Deployment' }, { category: 'ingress-backend-missing' }, { category: 'ingress-controller-down' }],
    }),
};
