import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { PodPlan } from '@headwater/testkit/world/plan.ts';
import { mainContainer, type PodSpecJson } from '@headwater/testkit/world/pod-spec.ts';
import { evicted } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { victimDeployment, victimOf } from '../../kit/release.ts';

interface Excess {
  readonly words: string;
  readonly limit: string;
  readonly apply: (spec: PodSpecJson) => void;
}

/** P18: a container writes more to its own filesystem, or to a scratch volume, than its limit; the node has room. */
export const fault: Fault = {
  code: 'P18',
  name: 'ephemeral storage limit',
  lookAlikes: ['P17', 'N05', 'T05'],
  scenario: {
    slug: 'synthetic-p18-ephemeral-storage',
    title: 'Pods of one service fail a while after they start',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const excess = excessOf(scene, mainContainer(victim.spec).name);
      excess.apply(victim.spec);
      const life = scene.random.int('life', 6, 11) * MINUTE;
      const first = scene.around('first', 34);
      const count = Math.ceil((scene.before(1) - first) / life);
      const times = Array.from({ length: count }, (_, index) => first + index * life);
      const gone = times.map(
        (time, index): PodPlan => ({
          revision: 'current',
          state: evicted({ at: time, message: excess.words }),
          created: (times[index - 1] ?? time - life) + 2 * SECOND,
          salt: `evicted-${index}`,
        }),
      );
      const now = Array.from(
        { length: victim.replicas },
        (): PodPlan => ({
          revision: 'current',
          state: running(),
          created: scene.repaired ? scene.repairedAt : (times.at(-1) ?? first) + 2 * SECOND,
        }),
      );
      victim.progress = 'complete';
      victim.pods = [...(scene.repaired ? [] : gone), ...now];
      alert(plan, {
        alertname: 'FailedPodsDetected',
        severity: 'warning',
        labels: { namespace: app.namespace, reason: 'Evicted' },
        summary: 'Pods have failed.',
        description: `Pods in ${app.namespace} are in phase Failed.`,
        at: first + 5 * MINUTE,
      });
      if (scene.random.chance('mismatch', 0.5)) deploymentReplicasMismatch(plan, victim, first - 10 * MINUTE);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['ephemeral-storage-exceeded'],
        keywords: [['ephemeral', 'EmptyDir'], [excessOf(scene, '').limit]],
        not: [{ kind: 'Node' }, { category: 'node-disk-pressure' }, { category: 'volume-full' }],
      }),
  },
};

function excessOf(scene: Scene, container: string): Excess {
  const limit = scene.random.pick('limit', ['512Mi', '1Gi', '2Gi']);
  const own = (spec: PodSpecJson): void => {
    const { resources } = mainContainer(spec);
    resources.limits = { ...resources.limits, 'ephemeral-storage': limit };
  };
  return scene.random.pick<Excess>('excess', [
    { limit, apply: own, words: `Pod ephemeral local storage usage exceeds the total limit of containers ${limit}. ` },
    { limit, apply: own, words: `Container ${container} exceeded its local ephemeral storage limit "${limit}". ` },
    {
      limit,
      apply: (spec) => {
        spec.volumes = [...(spec.volumes ?? []), { name: 'scratch', emptyDir: { sizeLimit: limit } }];
        const main = mainContainer(spec);
        main.volumeMounts = [...(main.volumeMounts ?? []), { name: 'scratch', mountPath: '/var/scratch' }];
      },
      words: `Usage of EmptyDir volume "scratch" exceeds the limit "${limit}". `,
    },
  ]);
}
