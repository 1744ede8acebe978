import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, counter, during, steady } from '@headwater/testkit/world/metrics.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editorOf } from '../../kit/edits.ts';
import { addOperator, customKind, definition } from '../../kit/operator.ts';

/** The role of an operator lost its right to write: objects that are deleted keep the operator's finalizer for ever. */
export const fault: Fault = {
  code: 'R03',
  name: 'controller lost permission',
  lookAlikes: ['W06', 'P19', 'R02'],
  scenario: {
    slug: 'r03-operator-forbidden',
    title: 'Deleted objects of a custom kind do not go away',
    families: ['rbac', 'platform'],
    build(scene) {
      const { plan } = basePlan(scene);
      const at = scene.around('edit', 33);
      const custom = customKind(scene);
      const { kind, plural, group, version, namespace, operator } = custom;
      const full = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
      const lost = scene.random.pick('lost', ['update', 'patch'] as const);
      const verbs = scene.repaired ? full : full.filter((verb) => verb !== lost && verb !== 'update');
      const rules = [
        { apiGroups: [group], resources: [plural, `${plural}/status`, `${plural}/finalizers`], verbs },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: full },
      ];
      const edit = { at: scene.repaired ? scene.repairedAt : at, manager: editorOf(scene) };
      const { workload, user } = addOperator(plan, custom, { rules, edit });
      plan.objects.push(definition(scene, custom));
      const apiVersion = `${group}/${version}`;
      const name = scene.random.pick('object', ['nightly', 'main', 'tenant-a']);
      const deleted = !scene.repaired;
      for (const [index, item] of [name, `${name}-2`].entries())
        if (deleted || index === 1)
          plan.objects.push(
            object(
              scene,
              { apiVersion, kind, namespace: scene.cast.namespace, name: item },
              {
                created: daysBefore(scene, 20),
                changed: deleted ? at + 3 * MINUTE : daysBefore(scene, 20),
                finalizers: [`${group}/finalizer`],
                ...(deleted && index === 0 ? { deleted: { at: at + 3 * MINUTE, graceSeconds: 0 } } : {}),
              },
              {
                spec: {},
                status: {
                  observedGeneration: 1,
                  conditions: [
                    {
                      type: 'Ready',
                      status: 'True',
                      reason: 'Reconciled',
                      message: '',
                      lastTransitionTime: stamp(daysBefore(scene, 20)),
                    },
                  ],
                },
              },
            ),
          );
      const forbidden = `${plural}.${group} "${name}" is forbidden: User "${user}" cannot ${lost} resource "${plural}" in API group "${group}" in the namespace "${scene.cast.namespace}"`;
      const message = scene.random.pick('log-shape', [
        `Reconciler error: failed to remove finalizer: ${forbidden}`,
        `unable to update ${kind}: ${forbidden}`,
        `error syncing '${scene.cast.namespace}/${name}': ${forbidden}, requeuing`,
      ]);
      complaining(plan, workload, {
        complaints: [
          {
            since: at + 3 * MINUTE,
            every: 28,
            say: () => ({ level: 'error', message, fields: { controller: kind.toLowerCase() } }),
          },
        ],
      });
      const labels = { controller: kind.toLowerCase(), namespace, job: operator, service: operator };
      addMetrics(
        plan,
        counter(scene, 'controller_runtime_reconcile_errors_total', labels, {
          rate: during(scene, at + 3 * MINUTE, { normal: () => 0, faulty: steady(scene, 'errors', 0.2) }),
        }),
      );
      alert(plan, {
        alertname: scene.random.pick('alertname', ['ControllerReconcileErrors', 'OperatorReconcileFailing']),
        severity: 'warning',
        labels: { ...labels, deployment: operator },
        summary: 'A controller keeps failing to reconcile.',
        description: `${operator} reports reconcile errors for ${kind.toLowerCase()}.`,
        at: at + 13 * MINUTE,
      });
      return plan;
    },
    expected: (scene) => {
      const { plural, operator, namespace } = customKind(scene);
      return causeIs({
        causes: [
          { kind: 'ClusterRole', name: `${operator}-manager` },
          { kind: 'ClusterRoleBinding', name: `${operator}-manager` },
          { kind: 'ServiceAccount', namespace, name: operator },
          { kind: 'Deployment', namespace, name: operator },
        ],
        category: ['rbac-denied'],
        keywords: [[plural], [operator]],
        not: [
          { category: 'stuck-terminating' },
          { category: 'crd-missing' },
          { category: 'authorization-policy-denied' },
        ],
      });
    },
  },
};
