import { addService } from '@headwater/testkit/world/application.ts';
import { deploymentReplicasMismatch, deploymentRolloutStuck } from '@headwater/testkit/world/alerts.ts';
import type { Json, KubeJson } from '@headwater/testkit/world/json.ts';
import { edited, made } from '@headwater/testkit/world/metadata.ts';
import { addNamespace, object } from '@headwater/testkit/world/objects.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';

export interface Webhook {
  readonly server: Workload;
  readonly configuration: KubeJson;
  /** The name the API server calls it by. */
  readonly hook: string;
  readonly url: string;
}

export interface WebhookOptions {
  readonly tool: string;
  readonly namespace: string;
  readonly kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration';
  readonly timeoutSeconds?: number;
  readonly replicas?: number;
  /** Replaces fields of the one webhook. */
  readonly hook?: Json;
  /** The last edit of the configuration. */
  readonly edit?: { readonly at: number; readonly manager: string };
  /** When it was installed; default: months ago. */
  readonly created?: number;
  readonly server?: Json;
}

/** Adds an admission webhook for Pods with the Deployment and Service behind it. */
export function addWebhook(plan: Plan, options: WebhookOptions): Webhook {
  const { scene } = plan;
  const { tool, namespace, kind, timeoutSeconds = 10 } = options;
  if (!plan.namespaces.some(({ name }) => name === namespace)) addNamespace(plan, namespace, { days: 120 });
  const image = `${scene.cast.registry}/${tool}:1.${scene.random.int('tool-version', 2, 9)}.${scene.random.int('tool-patch', 0, 6)}`;
  const main = container('server', { image, port: 8443, portName: 'https', requests: { cpu: '50m', memory: '64Mi' } });
  const server = addWorkload(plan, namespace, tool, {
    spec: podSpec([main]),
    replicas: options.replicas ?? 1,
    logs: 'json',
  });
  addService(plan, server, { port: 443, name: 'https' });
  const hook = `${kind === 'ValidatingWebhookConfiguration' ? 'validate' : 'mutate'}.${tool}.${scene.cast.domain}`;
  const created = options.created ?? daysBefore(scene, 110);
  const configuration = object(
    scene,
    { apiVersion: 'admissionregistration.k8s.io/v1', kind, name: tool },
    options.edit ? edited(created, { ...options.edit, wrote: { webhooks: 1 } }) : made(created),
    {
      webhooks: [
        {
          admissionReviewVersions: ['v1'],
          clientConfig: {
            caBundle: 'cmVkYWN0ZWQ=',
            service: { name: tool, namespace, path: '/admit', port: 443 },
          },
          failurePolicy: 'Fail',
          matchPolicy: 'Equivalent',
          name: hook,
          namespaceSelector: {
            matchExpressions: [
              { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', namespace] },
            ],
          },
          objectSelector: {},
          rules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' },
          ],
          sideEffects: 'None',
          timeoutSeconds,
          ...options.hook,
        },
      ],
    },
  );
  plan.objects.push(configuration);
  return { server, configuration, hook, url: `https://${tool}.${namespace}.svc:443/admit?timeout=${timeoutSeconds}s` };
}

/** What a replica set is told when the webhook could not be asked. */
export function callFailed({ hook, url }: Webhook, error: string): string {
  return `Internal error occurred: failed calling webhook "${hook}": failed to call webhook: Post "${url}": ${error}`;
}

/** A Pod of the workload was lost and its replacement is refused; in the repaired world it came back. */
export function refuseReplacement(
  plan: Plan,
  workload: Workload,
  refusal: { readonly since: number; readonly message: string; readonly reason?: string },
): void {
  const { scene } = plan;
  workload.progress = 'complete';
  const kept = Array.from({ length: workload.replicas - 1 }, () => ({
    revision: 'current' as const,
    state: running(),
  }));
  if (scene.repaired) {
    workload.pods = [...kept, { revision: 'current', state: running(), created: scene.repairedAt + 60_000 }];
    return;
  }
  workload.refused = { count: 1, ...refusal };
  workload.pods = kept;
  deploymentReplicasMismatch(plan, workload, refusal.since);
}

/** A rollout whose first new Pod is refused; in the repaired world it went through. */
export function refuseRollout(
  plan: Plan,
  workload: Workload,
  refusal: { readonly since: number; readonly message: string },
): void {
  const { scene } = plan;
  if (scene.repaired) {
    workload.pods = Array.from({ length: workload.replicas }, () => ({
      revision: 'current' as const,
      state: running(),
      created: scene.repairedAt + 20_000,
    }));
    return;
  }
  workload.refused = { count: 1, ...refusal };
  workload.pods = Array.from({ length: workload.replicas }, () => ({
    revision: 'previous' as const,
    state: running(),
  }));
  if (scene.random.chance('rollout-alert', 0.6)) deploymentRolloutStuck(plan, workload, refusal.since);
  else deploymentReplicasMismatch(plan, workload, refusal.since);
}

export function toolName(scene: Scene): string {
  return scene.random.pick('policy-tool', ['policy-guard', 'image-verifier', 'pod-auditor', 'label-injector']);
}
