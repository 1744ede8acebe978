import { causeIs } from '../../../../recordings/expect.ts';
import { clock, demo, fire, says } from '../stage.ts';
import { addTidb } from '../tidb.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The operator cannot update its StatefulSet: the API server does not know the effect. */
export const fault: Fault = {
  code: 'SRG-operator-toleration',
  name: 'a custom resource with a toleration nobody knows',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-operator-toleration',
    title: 'An operator fails to reconcile',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const at = scene.around('applied', 12);
      const said =
        'StatefulSet.apps "basic-tidb" is invalid: spec.template.spec.tolerations[0].effect: Unsupported value: "TAKE_SOME_EFFECT": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"';
      const { cluster, operator } = addTidb(plan, {
        at,
        tidb: {
          tolerations: [
            {
              effect: 'TAKE_SOME_EFFECT',
              key: 'test-keys',
              operator: 'Equal',
              tolerationSeconds: 0,
              value: 'test-value',
            },
          ],
        },
      });
      plan.events.push({
        about: about(cluster),
        type: 'Warning',
        reason: 'FailedUpdate',
        message: `update StatefulSet basic-tidb in TidbCluster basic failed error: ${said}`,
        component: 'tidb-controller-manager',
        count: 18,
        first: at,
        last: scene.before(1),
      });
      says(plan, operator, {
        since: at,
        every: 15,
        line: (time) =>
          `E${clock(time).slice(5).replaceAll('-', '')}.000000       1 tidb_cluster_controller.go:143] TidbCluster: tidb-cluster/basic, sync failed ${said}, requeuing`,
      });
      fire(plan, {
        alertname: 'TidbClusterNotReady',
        severity: 'warning',
        labels: { namespace: 'tidb-cluster', tidbcluster: 'basic' },
        summary: 'TidbCluster basic is not ready.',
        description: 'The operator reports that TidbCluster tidb-cluster/basic has not been ready for 5 minutes.',
        at: at + 5 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'TidbCluster', namespace: 'tidb-cluster', name: 'basic' }],
        category: ['object-invalid', 'crd-missing'],
        keywords: [['TAKE_SOME_EFFECT']],
      }),
  },
};
