import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { type PodPlan } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { rollOut } from '@headwater/testkit/world/workload.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A rolling update with more memory and replicas does not fit the namespace's quota. */
export const fault: Fault = {
  code: 'KDS-resource-quota-exhaustion',
  name: 'a quota refuses the new Pods',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-resource-quota-exhaustion',
    title: 'A ReplicaSet has fewer Pods than it wants',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-quota');
      const at = scene.around('exhaust', 10);
      const api = part(plan, 'demo-quota', 'api-server', {
        image: 'nginx:1.27-alpine',
        port: 80,
        probes: '/',
        replicas: 3,
        memory: ['128Mi', '128Mi'],
        cpu: ['10m', '50m'],
      });
      rollOut(api, {
        at,
        manager: 'kubectl-patch',
        spec: (spec) => {
          mainContainer(spec).resources = {
            requests: { memory: '256Mi', cpu: '10m' },
            limits: { memory: '256Mi', cpu: '50m' },
          };
        },
      });
      api.pods = Array.from(
        { length: 3 },
        (_, index): PodPlan => ({ revision: 'previous', state: running(), salt: `n${index}` }),
      );
      api.refused = {
        count: 1,
        since: at,
        message: `pods "api-server-7c9d5f8b6-" is forbidden: exceeded quota: namespace-quota, requested: limits.memory=256Mi,requests.memory=256Mi, used: limits.memory=384Mi,requests.memory=384Mi, limited: limits.memory=512Mi,requests.memory=512Mi`,
      };
      const hard = { 'limits.memory': '512Mi', 'requests.memory': '512Mi' };
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'demo-quota', name: 'namespace-quota' },
          made(api.created),
          {
            spec: { hard },
            status: { hard, used: { 'limits.memory': '384Mi', 'requests.memory': '384Mi' } },
          },
        ),
      );
      const set = realise(plan, api).middle.at(-1)?.metadata.name ?? '';
      fire(plan, {
        alertname: 'KubeResourceQuotaExhausted',
        severity: 'warning',
        labels: { job: 'kube-state-metrics', namespace: 'demo-quota', replicaset: set },
        summary: `ReplicaSet ${set} in namespace demo-quota has 1 fewer ready pods than desired. ResourceQuota likely prevents pod creation.`,
        description:
          'A ReplicaSet in the demo-quota namespace cannot reach its desired replica count because ResourceQuota prevents pod creation at admission (FailedCreate).',
        at: at + 3 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        // The matrix names the Deployment or its ReplicaSet, the text the policy.
        causes: [
          { kind: 'ResourceQuota', namespace: 'demo-quota', name: 'namespace-quota' },
          { kind: 'Deployment', namespace: 'demo-quota', name: 'api-server' },
          { kind: 'ReplicaSet', namespace: 'demo-quota' },
        ],
        category: ['quota-exceeded'],
        keywords: [['namespace-quota'], ['memory']],
      }),
  },
};
