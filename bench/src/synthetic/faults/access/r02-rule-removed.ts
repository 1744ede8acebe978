import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { edited, made } from '@headwater/testkit/world/metadata.ts';
import { addServiceAccount, object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editorOf } from '../../kit/edits.ts';

const roleName = (scene: Scene): string => `${scene.cast.worker}-reader`;

/** What the worker reads from the API, in the words of its client library. */
function refusal(scene: Scene, style: string): string {
  const { namespace, worker } = scene.cast;
  const words = `pods is forbidden: User \\"system:serviceaccount:${namespace}:${worker}\\" cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"${namespace}\\"`;
  if (style === 'python')
    return `(403) Reason: Forbidden HTTP response body: {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"${words}","reason":"Forbidden","details":{"kind":"pods"},"code":403}`;
  const plain = words.replaceAll('\\"', '"');
  if (style === 'spring')
    return `io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: GET at: https://10.96.0.1:443/api/v1/namespaces/${namespace}/pods. Message: ${plain}. Received status: Status(apiVersion=v1, code=403, reason=Forbidden)`;
  if (style === 'pino') return `HttpError: HTTP request failed, statusCode: 403, body: ${plain}`;
  return `failed to list *v1.Pod: ${plain}`;
}

/** The rule a worker lives by was taken out of its ClusterRole. */
export const fault: Fault = {
  code: 'R02-rule',
  name: 'role lost the rule an application needs',
  lookAlikes: ['K09', 'R03'],
  scenario: {
    slug: 'r02-rule-removed',
    title: 'A worker finds nothing to work on',
    families: ['rbac'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['worker'] });
      const { worker, namespace } = app;
      const at = scene.around('edit', 26);
      const created = daysBefore(scene, 44);
      addServiceAccount(plan, namespace, worker.name, created);
      worker.spec.serviceAccountName = worker.name;
      const rbac = (kind: string, name: string) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, name });
      const resources = scene.repaired ? ['pods', 'configmaps'] : ['configmaps'];
      plan.objects.push(
        object(
          scene,
          rbac('ClusterRole', roleName(scene)),
          edited(created, {
            at: scene.repaired ? scene.repairedAt : at,
            manager: editorOf(scene),
            wrote: { rules: 1 },
          }),
          { rules: [{ apiGroups: [''], resources, verbs: ['get', 'list', 'watch'] }] },
        ),
        object(scene, rbac('ClusterRoleBinding', roleName(scene)), made(created), {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: roleName(scene) },
          subjects: [{ kind: 'ServiceAccount', name: worker.name, namespace }],
        }),
      );
      const message = refusal(scene, worker.logStyle);
      complaining(plan, worker, {
        complaints: [{ since: at + 9_000, every: 31, say: () => ({ level: 'error', message }) }],
      });
      alert(plan, {
        alertname: scene.random.pick('alertname', ['WorkerStalled', 'NoProgress', 'QueueNotDrained']),
        severity: 'warning',
        labels: { deployment: worker.name, namespace },
        summary: 'A worker has processed nothing for ten minutes.',
        description: `${worker.name} in ${namespace} has not processed anything for 10 minutes.`,
        at: at + 10 * MINUTE,
      });
      return plan;
    },
    expected: (scene) => {
      const { namespace, worker } = scene.cast;
      return causeIs({
        causes: [
          { kind: 'ClusterRole', name: roleName(scene) },
          { kind: 'ClusterRoleBinding', name: roleName(scene) },
          { kind: 'ServiceAccount', namespace, name: worker },
          { kind: 'Deployment', namespace, name: worker },
        ],
        category: ['rbac-denied'],
        keywords: [['pods'], ['list']],
        not: [{ category: 'authorization-policy-denied' }, { category: 'credentials-invalid' }],
      });
    },
  },
};
