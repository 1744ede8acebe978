import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { edited, made } from '@headwater/testkit/world/metadata.ts';
import { addServiceAccount, object } from '@headwater/testkit/world/objects.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** R02: a binding was given another subject, so the worker may no longer read its configuration. */
export const scenario: Scenario = {
  slug: 'rbac-denied',
  title: 'A worker processes nothing, its pod is running',
  families: ['rbac'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['worker'] });
    const { worker, namespace } = app;
    const at = scene.around('edit', 24);
    const created = daysBefore(scene, 50);
    addServiceAccount(plan, namespace, worker.name, created);
    worker.spec.serviceAccountName = worker.name;
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }];
    const wrong = { kind: 'ServiceAccount', name: `${worker.name}-ci`, namespace };
    const right = { kind: 'ServiceAccount', name: worker.name, namespace };
    const rbac = (kind: string): { apiVersion: string; kind: string; namespace: string; name: string } => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind,
      namespace,
      name: `${worker.name}-config`,
    });
    plan.objects.push(
      object(scene, rbac('Role'), made(created), { rules }),
      object(
        scene,
        rbac('RoleBinding'),
        edited(created, { at: scene.repaired ? scene.repairedAt : at, manager: 'terraform', wrote: { subjects: 1 } }),
        {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: `${worker.name}-config` },
          subjects: [scene.repaired ? right : wrong],
        },
      ),
    );
    const forbidden = `configmaps is forbidden: User "system:serviceaccount:${namespace}:${worker.name}" cannot list resource "configmaps" in API group "" in the namespace "${namespace}"`;
    complaining(plan, worker, {
      complaints: [
        {
          since: at + 12_000,
          every: 30,
          say: () => ({ level: 'error', message: `failed to list *v1.ConfigMap: ${forbidden}` }),
        },
      ],
    });
    alert(plan, {
      alertname: 'WorkerStalled',
      severity: 'warning',
      labels: { deployment: worker.name, namespace },
      summary: 'A worker has processed nothing for ten minutes.',
      description: `${worker.name} in ${namespace} has not processed a message for 10 minutes.`,
      at: at + 10 * MINUTE,
    });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'RoleBinding', namespace: scene.cast.namespace, name: `${scene.cast.worker}-config` },
        { kind: 'Role', namespace: scene.cast.namespace, name: `${scene.cast.worker}-config` },
        { kind: 'ServiceAccount', namespace: scene.cast.namespace, name: scene.cast.worker },
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.worker },
      ],
      category: ['rbac-denied'],
      keywords: [['configmaps'], ['list'], [scene.cast.worker]],
      not: [{ category: 'authorization-policy-denied' }, { category: 'credentials-invalid' }],
    }),
};
