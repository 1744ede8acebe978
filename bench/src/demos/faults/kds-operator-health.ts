import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The ClusterServiceVersion is gone; the Subscription still names it as installed and waits for approval. */
export const fault: Fault = {
  code: 'KDS-operator-health',
  name: "an operator's version object was deleted",
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-operator-health',
    title: 'An operator does not reconcile any more',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-operator');
      const namespace = 'demo-operator';
      const at = scene.around('deleted', 9);
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'operators.coreos.com/v1alpha1', kind: 'Subscription', namespace, name: 'etcd' },
          { created: daysBefore(scene, 1), changed: at, generation: 1 },
          {
            spec: {
              channel: 'singlenamespace-alpha',
              installPlanApproval: 'Manual',
              name: 'etcd',
              source: 'community-operators',
              sourceNamespace: 'openshift-marketplace',
              startingCSV: 'etcdoperator.v0.9.4',
            },
            status: {
              conditions: [
                {
                  lastTransitionTime: stamp(at),
                  message: 'all available catalogsources are healthy',
                  reason: 'AllCatalogSourcesHealthy',
                  status: 'False',
                  type: 'CatalogSourcesUnhealthy',
                },
              ],
              currentCSV: 'etcdoperator.v0.9.4',
              installedCSV: 'etcdoperator.v0.9.4',
              installPlanRef: { kind: 'InstallPlan', name: 'install-x7k2p', namespace },
              lastUpdated: stamp(at),
              state: 'AtLatestKnown',
            },
          },
        ),
        object(
          scene,
          { apiVersion: 'operators.coreos.com/v1alpha1', kind: 'InstallPlan', namespace, name: 'install-x7k2p' },
          { created: daysBefore(scene, 1) },
          {
            spec: { approval: 'Manual', approved: true, clusterServiceVersionNames: ['etcdoperator.v0.9.4'] },
            status: { phase: 'Complete' },
          },
        ),
        object(
          scene,
          { apiVersion: 'operators.coreos.com/v1', kind: 'OperatorGroup', namespace, name: 'demo-operator' },
          { created: daysBefore(scene, 1) },
          { spec: { targetNamespaces: [namespace] }, status: { namespaces: [namespace] } },
        ),
      );
      plan.objects.push(
        object(
          scene,
          {
            apiVersion: 'operators.coreos.com/v1alpha1',
            kind: 'ClusterServiceVersion',
            namespace: 'openshift-operator-lifecycle-manager',
            name: 'packageserver',
          },
          { created: daysBefore(scene, 90) },
          { spec: { displayName: 'Package Server' }, status: { phase: 'Succeeded', reason: 'InstallSucceeded' } },
        ),
      );
      fire(plan, {
        alertname: 'OperatorCSVFailed',
        severity: 'high',
        labels: { exported_namespace: namespace, namespace, subscription: 'etcd' },
        summary:
          'Operator etcdoperator CSV in namespace demo-operator is no longer in Succeeded state (deleted or failed). The csv_succeeded metric has disappeared, indicating the ClusterServiceVersion was removed.',
        description:
          'The ClusterServiceVersion for the etcd operator (installed via Subscription "etcd" in namespace "demo-operator") has been deleted or has failed. The operator is no longer reconciling its custom resources.',
        at: at + 2 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Subscription', namespace: 'demo-operator', name: 'etcd' },
          { kind: 'ClusterServiceVersion', namespace: 'demo-operator', name: 'etcdoperator.v0.9.4' },
        ],
        category: ['crd-missing', 'object-invalid'],
        keywords: [['etcdoperator.v0.9.4']],
      }),
  },
};
