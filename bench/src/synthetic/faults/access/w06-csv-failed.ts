import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { addNamespace, object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { customKind } from '../../kit/operator.ts';

interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly mark: string;
}

function failureOf(scene: Scene): Failure {
  const { plural, group, operator } = customKind(scene);
  return scene.random.pick('csv-failure', [
    {
      reason: 'UnsupportedOperatorGroup',
      message: 'AllNamespaces InstallModeType not supported, cannot configure to watch all namespaces',
      mark: 'InstallModeType',
    },
    {
      reason: 'InstallComponentFailed',
      message: `install strategy failed: Deployment.apps "${operator}" is invalid: metadata.labels: Invalid value: "olm.deployment-spec-hash"`,
      mark: 'install strategy failed',
    },
    {
      reason: 'ComponentUnhealthy',
      message: `installing: waiting for deployment ${operator} to become ready: deployment "${operator}" not available: Deployment does not have minimum availability.`,
      mark: operator,
    },
    {
      reason: 'RequirementsNotMet',
      message: `one or more requirements couldn't be found: CustomResourceDefinition ${plural}.${group} is not present`,
      mark: 'requirements',
    },
  ]);
}

const csvName = (scene: Scene): string => `${customKind(scene).operator}.v1.${scene.random.int('csv', 2, 9)}.0`;

/** The lifecycle manager cannot install an operator version. */
export const fault: Fault = {
  code: 'W06-csv',
  name: 'operator version failed to install',
  lookAlikes: ['R03'],
  scenario: {
    slug: 'w06-csv-failed',
    title: 'An operator upgrade does not come through',
    families: ['platform'],
    build(scene) {
      const { plan } = basePlan(scene);
      const at = scene.around('upgrade', 36);
      const { namespace } = customKind(scene);
      addNamespace(plan, namespace, { days: 60 });
      const { reason, message } = failureOf(scene);
      const since = stamp(scene.repaired ? scene.repairedAt : at);
      const name = csvName(scene);
      const csv = object(
        scene,
        { apiVersion: 'operators.coreos.com/v1alpha1', kind: 'ClusterServiceVersion', namespace, name },
        { created: scene.repaired ? daysBefore(scene, 1) : at - 60_000, changed: at },
        {
          spec: { displayName: customKind(scene).kind, version: '1.0.0', install: { strategy: 'deployment' } },
          status: scene.repaired
            ? {
                phase: 'Succeeded',
                reason: 'InstallSucceeded',
                message: 'install strategy completed with no errors',
                lastTransitionTime: since,
              }
            : { phase: 'Failed', reason, message, lastTransitionTime: since, lastUpdateTime: since },
        },
      );
      plan.objects.push(csv);
      if (!scene.repaired)
        plan.events.push({
          about: about(csv),
          type: 'Warning',
          reason,
          message,
          component: 'operator-lifecycle-manager',
          count: 7,
          first: at,
          last: scene.before(3),
        });
      alert(plan, {
        alertname: scene.random.pick('alertname', ['OperatorCSVFailed', 'CsvAbnormalFailedOver2Min']),
        severity: 'warning',
        labels: { name, namespace, phase: 'Failed', reason, exported_namespace: namespace },
        summary: 'CSV failed for over 2 minutes',
        description: `Failed to install Operator ${name} version 1.0.0. Reason-${reason}`,
        at: at + 2 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'ClusterServiceVersion', namespace: customKind(scene).namespace, name: csvName(scene) }],
        category: ['crd-missing'],
        keywords: [[csvName(scene)], [failureOf(scene).mark, failureOf(scene).reason]],
        not: [{ category: 'rbac-denied' }, { kind: 'Deployment', namespace: scene.cast.namespace }],
      }),
  },
};
