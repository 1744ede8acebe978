import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { addService } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addNamespace, object } from '@headwater/testkit/world/objects.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { limitLowered } from './kit/faults.ts';

const NAMESPACE = 'platform-policies';
const TOOL = 'image-gate';

/** The platform's admission server is killed for memory; a team's lost pod is not replaced. */
export const scenario: HardScenario = {
  slug: 'other-webhook-crashing',
  title: 'A pod was lost and no new one is made',
  theme: 'other-namespace',
  families: ['hard', 'admission', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    addNamespace(plan, NAMESPACE, { days: 120 });
    const main = container('server', {
      image: `${scene.cast.registry}/${TOOL}:2.1.0`,
      port: 8443,
      portName: 'https',
      requests: { cpu: '50m', memory: '64Mi' },
    });
    const server = addWorkload(plan, NAMESPACE, TOOL, { spec: podSpec([main]) });
    addService(plan, server, { port: 443, name: 'https' });
    const at = scene.around('limit', 44);
    limitLowered(plan, server, { at, limit: '40Mi', silent: true });
    const hook = `validate.${TOOL}.${scene.cast.domain}`;
    const meta = made(daysBefore(scene, 110));
    const identity = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      name: TOOL,
    };
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' };
    const others = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', NAMESPACE] };
    plan.objects.push(
      object(scene, identity, meta, {
        webhooks: [
          {
            admissionReviewVersions: ['v1'],
            clientConfig: { caBundle: 'cmVkYWN0ZWQ=', service: { name: TOOL, namespace: NAMESPACE, port: 443 } },
            failurePolicy: 'Fail',
            name: hook,
            namespaceSelector: { matchExpressions: [others] },
            rules: [rule],
            sideEffects: 'None',
            timeoutSeconds: 10,
          },
        ],
      }),
    );
    const { orders } = app;
    const since = at + 6 * 60_000;
    orders.pods = [{ revision: 'current', state: running() }];
    orders.progress = 'complete';
    orders.refused = {
      count: 1,
      since,
      message: `Internal error occurred: failed calling webhook "${hook}": failed to call webhook: Post "https://${TOOL}.${NAMESPACE}.svc:443/?timeout=10s": no endpoints available for service "${TOOL}"`,
    };
    deploymentReplicasMismatch(plan, orders, since);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: NAMESPACE, name: TOOL },
        { kind: 'ValidatingWebhookConfiguration', name: TOOL },
        { kind: 'Service', namespace: NAMESPACE, name: TOOL },
      ],
      category: ['oom-killed', 'webhook-unavailable', 'memory-limit-too-low-to-start'],
      keywords: [[TOOL]],
      not: [{ kind: 'Deployment', name: scene.cast.orders }],
    }),
};
