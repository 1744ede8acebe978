import { MINUTE } from '@headwater/core/time.ts';
import { alert, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { nodeEvent } from '../../kit/nodes.ts';

// Kinds and versions that upgrades removed from the API server.
const REMOVED = [
  ['FlowSchema', 'flowcontrol.apiserver.k8s.io/v1beta3'],
  ['HorizontalPodAutoscaler', 'autoscaling/v2beta2'],
  ['CronJob', 'batch/v1beta1'],
  ['PodSecurityPolicy', 'policy/v1beta1'],
] as const;

const removed = (scene: Scene): (typeof REMOVED)[number] => scene.random.pick('removed', REMOVED);

/** Z06: the cluster was upgraded past the API version an operator speaks; it does not start any more. */
export const fault: Fault = {
  code: 'Z06',
  name: 'removed API version',
  lookAlikes: ['W06', 'P04'],
  scenario: {
    slug: 'z06-removed-api',
    title: 'An operator crashes since the night of the upgrade',
    families: ['control-plane', 'release'],
    cluster: { version: 'v1.33.4' },
    build(scene) {
      const { plan, bystanders } = basePlan(scene, { decoy: false });
      const { other } = bystanders;
      const upgraded = scene.around('upgraded', 38);
      const at = upgraded + 6 * MINUTE;
      const [kind, version] = removed(scene);
      for (const node of plan.nodes)
        nodeEvent(plan, node, {
          reason: 'Starting',
          type: 'Normal',
          message: 'Starting kubelet.',
          first: upgraded + node.index * MINUTE,
        });
      const says = scene.random.pick('words', [
        [
          `{"level":"info","ts":"{time}","logger":"setup","msg":"starting manager"}`,
          `{"level":"error","ts":"{time}","logger":"controller-runtime.source.EventHandler","msg":"if kind is a CRD, it should be installed before calling Start","kind":"${kind}.${version.split('/')[0]}","error":"no matches for kind \\"${kind}\\" in version \\"${version}\\""}`,
          `{"level":"error","ts":"{time}","logger":"setup","msg":"problem running manager","error":"failed to wait for ${kind.toLowerCase()} caches to sync: timed out waiting for cache to be synced"}`,
        ],
        [
          'I{time} 1 main.go:88] starting controllers',
          `E{time} 1 reflector.go:158] "Unhandled Error" err="k8s.io/client-go@v0.24.3/tools/cache/reflector.go:167: Failed to watch: failed to list: no matches for kind \\"${kind}\\" in version \\"${version}\\""`,
          `F{time} 1 main.go:121] unable to start manager: no matches for kind "${kind}" in version "${version}"`,
        ],
      ]);
      if (scene.repaired) {
        other.pods = [{ revision: 'current', state: running(), created: scene.repairedAt }];
        return plan;
      }
      other.pods = [{ revision: 'current', state: crashLooping({ exitCode: 1, ran: 8, says }), created: at }];
      for (const pod of realise(plan, other).pods) podCrashLooping(plan, pod, at);
      if (scene.random.chance('version-alert', 0.4))
        alert(plan, {
          alertname: 'KubeVersionMismatch',
          severity: 'warning',
          labels: {},
          summary: 'Different semantic versions of Kubernetes components running.',
          description: 'There are 2 different semantic versions of Kubernetes components running on cluster .',
          at: upgraded + 15 * MINUTE,
        });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: scene.cast.otherNamespace, name: scene.cast.otherApp },
          { kind: 'CustomResourceDefinition' },
          { kind: removed(scene)[0] },
        ],
        category: ['crd-missing'],
        keywords: [[removed(scene)[0]], [removed(scene)[1]]],
        not: [{ category: 'app-crash' }, { category: 'rbac-denied' }],
      }),
  },
};
