import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { addNamespace, object } from '@headwater/testkit/world/objects.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { KINDS, made, nameOf, sha, toolOf, words } from '../../kit/delivery.ts';

/** A commit that cannot be applied (or built): the cluster stays as it was, and the deployment tool says why. */
export const fault: Fault = {
  code: 'D06',
  name: 'GitOps sync or build fails',
  lookAlikes: ['D03', 'W04'],
  scenario: {
    slug: 'd06-gitops-failure',
    title: 'A merged change does not arrive',
    families: ['rollout', 'platform'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const at = scene.around('commit', 29);
      const { kind, apiVersion, namespace, spec, failed, healthy, reason } = made(scene, at, app.namespace);
      if (!plan.namespaces.some(({ name }) => name === namespace)) addNamespace(plan, namespace, { days: 150 });
      const created = daysBefore(scene, 70);
      const one = object(
        scene,
        { apiVersion, kind, namespace, name: nameOf(scene) },
        { created, changed: scene.repaired ? scene.repairedAt : at, generation: 7 },
        { spec, status: scene.repaired ? healthy : failed },
      );
      plan.objects.push(one);
      const { message } = words(scene);
      if (!scene.repaired)
        plan.events.push({
          about: about(one),
          type: 'Warning',
          reason,
          message: toolOf(scene) === 'argocd' ? `Sync operation to ${sha(scene)} failed: ${message}` : message,
          component: {
            argocd: 'argocd-application-controller',
            flux: 'kustomize-controller',
            build: 'build-controller',
          }[toolOf(scene)],
          count: 5,
          first: at + 20_000,
          last: scene.zero - 90_000,
        });
      plan.changes.push({
        time: at - 40_000,
        kind: 'commit',
        title: `Merge pull request #${scene.random.int('pr', 300, 2900)} into main (${sha(scene).slice(0, 8)})`,
        source: 'github',
        subject: { kind, namespace, name: nameOf(scene) },
        actor: 'developer',
      });
      plan.sources.changes = 'present';
      addAlert(plan, { kind, namespace, at });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: KINDS[toolOf(scene)], name: `${nameOf(scene)}*` }],
        category: ['gitops-failure'],
        keywords: [words(scene).keywords],
        not: [{ kind: 'Deployment' }, { category: 'rollout-stuck' }, { category: 'not-an-incident' }],
      }),
  },
};

function addAlert(plan: Plan, { kind, namespace, at }: { kind: string; namespace: string; at: number }): void {
  const { scene } = plan;
  const name = nameOf(scene);
  const [alertname, labels] = {
    argocd: ['ArgoCdAppSyncFailed', { name, namespace, project: 'default', dest_namespace: scene.cast.namespace }],
    flux: ['FluxReconciliationFailure', { kind, name, exported_namespace: namespace, namespace: 'flux-system' }],
    build: ['BuildFailureRate', { namespace, build: name, buildconfig: scene.cast.orders }],
  }[toolOf(scene)] as [string, Record<string, string>];
  alert(plan, {
    alertname,
    severity: 'warning',
    labels,
    summary: `${kind} ${name} does not succeed`,
    description: `${kind} ${namespace}/${name} has failed for longer than 15 minutes.`,
    at: at + 15 * 60_000,
  });
}
