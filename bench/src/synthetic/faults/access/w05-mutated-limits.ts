import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, type PodSpecJson } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { stamp, type Scene } from '@headwater/testkit/world/scene.ts';
import { restart } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addWebhook } from '../../kit/webhook.ts';

const tuner = (scene: Scene): string =>
  scene.random.pick('tuner', ['resource-tuner', 'cost-guard', 'pod-defaults', 'rightsizer']);

/** A mutating webhook cuts the memory limit of each new Pod: the template says one thing, the Pod another. */
export const fault: Fault = {
  code: 'W05',
  name: 'mutating webhook changes pods silently',
  lookAlikes: ['P01', 'P02', 'Q06'],
  scenario: {
    slug: 'w05-mutated-limits',
    title: 'Pods are killed for memory since they were restarted, though nothing was deployed',
    families: ['admission', 'memory'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { catalog } = app;
      const at = scene.around('restart', 34);
      const tool = tuner(scene);
      const small = scene.random.pick('small', ['24Mi', '32Mi', '48Mi']);
      addWebhook(plan, {
        tool,
        namespace: 'platform-tools',
        kind: 'MutatingWebhookConfiguration',
        created: at - 25 * 60_000,
        hook: scene.repaired
          ? { namespaceSelector: { matchLabels: { [`${tool}.${scene.cast.domain}/enabled`]: 'true' } } }
          : { failurePolicy: scene.random.pick('policy', ['Fail', 'Ignore']), reinvocationPolicy: 'Never' },
      });
      const restartAt = scene.repaired ? scene.repairedAt : at;
      restart(catalog, restartAt, stamp(restartAt));
      if (scene.repaired) return plan;
      const mutate = (spec: PodSpecJson): void => {
        const main = mainContainer(spec);
        main.resources = {
          requests: { ...main.resources.requests, memory: small },
          limits: { ...main.resources.limits, memory: small },
        };
      };
      const killed = crashLooping({ exitCode: 137, reason: 'OOMKilled', ran: 7 });
      catalog.pods = [
        { revision: 'previous', state: running() },
        {
          revision: 'current',
          state: killed,
          mutate,
          annotations: { [`${tool}.${scene.cast.domain}/mutated`]: 'true' },
        },
      ];
      const pod = realise(plan, catalog).pods.at(-1);
      if (pod) podCrashLooping(plan, pod, at);
      return plan;
    },
    expected: (scene) => {
      const tool = tuner(scene);
      const small = scene.random.pick('small', ['24Mi', '32Mi', '48Mi']);
      return causeIs({
        causes: [
          { kind: 'MutatingWebhookConfiguration', name: tool },
          { kind: 'Deployment', namespace: 'platform-tools', name: tool },
        ],
        category: ['mutated-by-webhook'],
        keywords: [[tool], [small]],
        not: [
          { kind: 'Deployment', namespace: scene.cast.namespace },
          { category: 'oom-killed' },
          { category: 'memory-limit-too-low-to-start' },
          { category: 'limit-range' },
        ],
      });
    },
  },
};
