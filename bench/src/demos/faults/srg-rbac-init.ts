import { causeIs } from '../../../../recordings/expect.ts';
import { SHOP, addShop } from '../shop.ts';
import { demo, patch } from '../stage.ts';
import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addServiceAccount, object } from '@headwater/testkit/world/objects.ts';
import { container } from '@headwater/testkit/world/pod-spec.ts';
import { initCrashing } from '@headwater/testkit/world/pod-states/init.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The role of a frontend's account lost the right to read ConfigMaps its init container asks for. */
export const fault: Fault = {
  code: 'SRG-rbac-init',
  name: 'an init container may not read its ConfigMap',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-rbac-init',
    title: 'A frontend does not get past its init container',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const { frontend } = addShop(plan);
      const at = scene.around('applied', 12);
      addServiceAccount(plan, SHOP, 'frontend-sa', at);
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'frontend-role' },
          made(at),
          { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] },
        ),
        object(
          scene,
          { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', name: 'frontend-binding' },
          made(at),
          {
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'frontend-role' },
            subjects: [{ kind: 'ServiceAccount', name: 'frontend-sa', namespace: SHOP }],
          },
        ),
      );
      patch(frontend, {
        at,
        spec: (spec) => {
          spec.serviceAccountName = 'frontend-sa';
          spec.initContainers = [
            container('wait-for-config', {
              image: 'bitnami/kubectl:latest',
              command: ['sh', '-c', 'kubectl get configmap frontend-config -n astronomy-shop'],
            }),
          ];
        },
        state: initCrashing({
          exitCode: 1,
          ran: 2,
          says: [
            'Error from server (Forbidden): configmaps "frontend-config" is forbidden: User "system:serviceaccount:astronomy-shop:frontend-sa" cannot get resource "configmaps" in API group "" in the namespace "astronomy-shop"',
          ],
        }),
      });
      deploymentReplicasMismatch(plan, frontend, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'astronomy-shop', name: 'frontend' },
          { kind: 'ClusterRole', name: 'frontend-role' },
          { kind: 'ClusterRoleBinding', name: 'frontend-binding' },
          { kind: 'ServiceAccount', namespace: 'astronomy-shop', name: 'frontend-sa' },
          { kind: 'Role', namespace: 'astronomy-shop' },
        ],
        category: ['rbac-denied'],
        keywords: [['configmaps']],
      }),
  },
};
