import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { addService } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addNamespace, object } from '@headwater/testkit/world/objects.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { addWorkload, scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** W01: an admission webhook that must answer has no pods any more; nothing new can be created in any namespace. */
export const scenario: Scenario = {
  slug: 'webhook-unavailable',
  title: 'Deleted pods are not replaced, in two teams at once',
  families: ['admission'],
  build(scene) {
    const { plan, app, bystanders } = basePlan(scene);
    const at = scene.around('scaled', 37);
    const tool = scene.random.pick('policy-tool', ['policy-guard', 'image-verifier', 'pod-auditor']);
    addNamespace(plan, 'policy-system', { days: 120 });
    const main = container('server', {
      image: `${scene.cast.registry}/${tool}:1.8.2`,
      port: 8443,
      portName: 'https',
      requests: { cpu: '50m', memory: '64Mi' },
    });
    const server = addWorkload(plan, 'policy-system', tool, { spec: podSpec([main]) });
    addService(plan, server, { port: 443, name: 'https' });
    scaleTo(server, { from: 1, to: 0, at, manager: 'kubectl-scale' });
    if (scene.repaired) scaleTo(server, { from: 0, to: 1, at: scene.repairedAt, manager: 'kubectl-scale' });
    const hook = `validate.${tool}.${scene.cast.domain}`;
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', name: tool },
        made(daysBefore(scene, 110)),
        {
          webhooks: [
            {
              admissionReviewVersions: ['v1'],
              clientConfig: {
                caBundle: 'cmVkYWN0ZWQ=',
                service: { name: tool, namespace: 'policy-system', path: '/validate', port: 443 },
              },
              failurePolicy: 'Fail',
              matchPolicy: 'Equivalent',
              name: hook,
              namespaceSelector: {
                matchExpressions: [
                  { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'policy-system'] },
                ],
              },
              objectSelector: {},
              rules: [
                {
                  apiGroups: [''],
                  apiVersions: ['v1'],
                  operations: ['CREATE'],
                  resources: ['pods'],
                  scope: 'Namespaced',
                },
              ],
              sideEffects: 'None',
              timeoutSeconds: 10,
            },
          ],
        },
      ),
    );
    const message = `Internal error occurred: failed calling webhook "${hook}": failed to call webhook: Post "https://${tool}.policy-system.svc:443/validate?timeout=10s": no endpoints available for service "${tool}"`;
    const lostAt = at + 8 * 60_000;
    for (const workload of [app.orders, bystanders.other]) {
      workload.progress = 'complete';
      const kept = Array.from({ length: workload.replicas - 1 }, () => ({
        revision: 'current' as const,
        state: running(),
      }));
      if (scene.repaired) {
        workload.pods = [...kept, { revision: 'current', state: running(), created: scene.repairedAt + 90_000 }];
        continue;
      }
      workload.refused = { count: 1, since: lostAt, message };
      workload.pods = kept;
      deploymentReplicasMismatch(plan, workload, lostAt);
    }
    return plan;
  },
  expected: (scene) => {
    const tool = scene.random.pick('policy-tool', ['policy-guard', 'image-verifier', 'pod-auditor']);
    return causeIs({
      causes: [
        { kind: 'ValidatingWebhookConfiguration', name: tool },
        { kind: 'Deployment', namespace: 'policy-system', name: tool },
        { kind: 'Service', namespace: 'policy-system', name: tool },
      ],
      category: ['webhook-unavailable'],
      keywords: [[tool], ['no endpoints available', 'failed calling webhook']],
      not: [
        { kind: 'Deployment', namespace: scene.cast.namespace },
        { category: 'quota-exceeded' },
        { category: 'policy-denied' },
      ],
    });
  },
};
