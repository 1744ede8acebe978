import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { addService } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addOperator, customKind, definition } from '../../kit/operator.ts';

const serviceOf = (scene: Scene): string => `${customKind(scene).operator}-conversion`;

/** The Service of a conversion webhook is gone: objects of the kind can be read in no other version than the stored one. */
export const fault: Fault = {
  code: 'W06-conversion',
  name: 'conversion webhook gone',
  lookAlikes: ['R03', 'W01'],
  scenario: {
    slug: 'w06-conversion-fails',
    title: 'An operator reads nothing of its own kind any more',
    families: ['platform'],
    build(scene) {
      const { plan } = basePlan(scene);
      const at = scene.around('deleted', 29);
      const custom = customKind(scene);
      const { kind, plural, group, namespace, operator } = custom;
      const { workload } = addOperator(plan, custom, {
        rules: [{ apiGroups: [group], resources: ['*'], verbs: ['*'] }],
      });
      const service = serviceOf(scene);
      const conversion = {
        strategy: 'Webhook',
        webhook: {
          clientConfig: {
            caBundle: 'cmVkYWN0ZWQ=',
            service: { name: service, namespace, path: '/convert', port: 443 },
          },
          conversionReviewVersions: ['v1'],
        },
      };
      plan.objects.push(definition(scene, custom, { spec: { conversion }, versions: ['v2', 'v1'] }));
      if (scene.repaired) {
        const made = addService(plan, workload, { port: 443, name: 'https', targetPort: 9443, serviceName: service });
        made.created = scene.repairedAt;
      }
      const error = `conversion webhook for ${group}/v2, Kind=${kind} failed: Post "https://${service}.${namespace}.svc:443/convert?timeout=30s": service "${service}" not found`;
      const message = scene.random.pick('reader', [
        `failed to list *v1.${kind}: ${error}`,
        `Reconciler error: ${error}`,
        `pkg/mod/k8s.io/client-go/tools/cache/reflector.go:243: Failed to watch *v1.${kind}: failed to list *v1.${kind}: ${error}`,
      ]);
      complaining(plan, workload, { complaints: [{ since: at, every: 33, say: () => ({ level: 'error', message }) }] });
      alert(plan, {
        alertname: 'CustomResourceStale',
        severity: 'warning',
        labels: { namespace, deployment: operator, resource: plural },
        summary: 'An operator has not reconciled for a while.',
        description: `${operator} has not reconciled any ${kind} for 15 minutes.`,
        at: at + 15 * MINUTE,
      });
      return plan;
    },
    expected: (scene) => {
      const { kind, plural, group, namespace } = customKind(scene);
      return causeIs({
        causes: [
          { kind: 'CustomResourceDefinition', name: `${plural}.${group}` },
          { kind: 'Service', namespace, name: serviceOf(scene) },
        ],
        category: ['crd-missing'],
        keywords: [[kind, plural], [serviceOf(scene)]],
        not: [{ category: 'rbac-denied' }, { category: 'dependency-address-wrong' }, { kind: 'Deployment' }],
      });
    },
  },
};
