import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire, part, says } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addServiceAccount, object } from '@headwater/testkit/world/objects.ts';
import { notReady } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The binding of a collector's account is gone; the API server answers 403 and the readiness probe fails. */
export const fault: Fault = {
  code: 'KDS-rbac-failure',
  name: 'a RoleBinding was deleted',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-rbac-failure',
    title: 'A collector has no available replica',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-rbac');
      const namespace = 'demo-rbac';
      const at = scene.around('inject', 9);
      addServiceAccount(plan, namespace, 'metrics-collector', daysBefore(scene, 1));
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', namespace, name: 'metrics-collector' },
          made(daysBefore(scene, 1)),
          {
            rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
          },
        ),
      );
      const collector = part(plan, namespace, 'metrics-collector', {
        image: 'bitnami/kubectl:1.31',
        command: ['sh', '-c', 'while true; do kubectl get pods -n demo-rbac || true; sleep 10; done'],
        readiness: { exec: { command: ['sh', '-c', 'kubectl get pods -n demo-rbac'] }, periodSeconds: 10 },
        spec: { serviceAccountName: 'metrics-collector' },
      });
      const denied =
        'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:demo-rbac:metrics-collector" cannot list resource "pods" in API group "" in the namespace "demo-rbac"';
      says(plan, collector, {
        since: at,
        every: 10,
        line: () => denied,
        state: notReady({ since: at + 20 * SECOND, probe: denied }),
      });
      collector.progress = 'complete';
      fire(plan, {
        alertname: 'RBACPolicyDenied',
        severity: 'high',
        labels: { deployment: 'metrics-collector', job: 'kube-state-metrics', namespace },
        summary:
          'Deployment metrics-collector in namespace demo-rbac has zero available replicas despite spec.replicas > 0.',
        description:
          "Deployment metrics-collector in namespace demo-rbac has zero available replicas. The pods are failing their readiness probes. This is commonly caused by a missing or misconfigured RBAC RoleBinding for the pod's ServiceAccount, resulting in 403 Forbidden errors when the application attempts to access the Kubernetes API.",
        at: at + 90 * SECOND,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'RoleBinding', namespace: 'demo-rbac' },
          { kind: 'Role', namespace: 'demo-rbac', name: 'metrics-collector' },
          { kind: 'ServiceAccount', namespace: 'demo-rbac', name: 'metrics-collector' },
          { kind: 'Deployment', namespace: 'demo-rbac', name: 'metrics-collector' },
        ],
        category: ['rbac-denied'],
        keywords: [['metrics-collector'], ['list', 'forbidden', 'pods']],
      }),
  },
};
