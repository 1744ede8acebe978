import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire, part } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { rollOut } from '@headwater/testkit/world/workload.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The new template wants root and NET_ADMIN; no security context constraint of the account allows it. */
export const fault: Fault = {
  code: 'KDS-scc-violation',
  name: 'a security context nobody may use',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-scc-violation',
    title: 'An agent has no available replica',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-agents');
      const at = scene.around('inject', 9);
      const agent = part(plan, 'demo-agents', 'metrics-agent', {
        image: 'busybox:1.36',
        command: ['sh', '-c', 'while true; do echo collecting; sleep 30; done'],
        memory: ['16Mi', '32Mi'],
      });
      agent.specExtra = { strategy: { type: 'Recreate' } };
      rollOut(agent, {
        at,
        manager: 'kubectl-patch',
        spec: (spec) => {
          mainContainer(spec)['securityContext'] = { capabilities: { add: ['NET_ADMIN'] }, runAsUser: 0 };
        },
      });
      agent.pods = [];
      agent.refused = {
        count: 1,
        since: at,
        message:
          'pods "metrics-agent-6f7b9c5d4-" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount, provider restricted-v2: .containers[0].runAsUser: Invalid value: 0: must be in the ranges: [1000800000, 1000809999], provider restricted-v2: .containers[0].capabilities.add: Invalid value: "NET_ADMIN": capability may not be added]',
      };
      fire(plan, {
        alertname: 'SCCViolationPodBlocked',
        severity: 'high',
        labels: { deployment: 'metrics-agent', job: 'kube-state-metrics', namespace: 'demo-agents' },
        summary:
          'Deployment metrics-agent in namespace demo-agents has zero available replicas despite spec.replicas > 0.',
        description:
          "The Deployment metrics-agent cannot create pods. Check ReplicaSet events for pod creation failures. On OpenShift, this is commonly caused by a SecurityContext that violates the namespace's Security Context Constraints (SCC) policy, such as requesting privileged capabilities or running as root when only restricted-v2 is allowed.",
        at: at + 90 * SECOND,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-agents', name: 'metrics-agent' }],
        category: ['security-context-denied', 'policy-denied'],
        keywords: [['NET_ADMIN', 'runAsUser']],
      }),
  },
};
