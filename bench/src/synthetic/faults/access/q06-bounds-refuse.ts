import { deploymentReplicasMismatch, deploymentRolloutStuck } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { revisionsOf } from '@headwater/testkit/world/workload-names.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

interface Bound {
  readonly limit: Readonly<Record<string, unknown>>;
  readonly resources: { limits: Record<string, string>; requests: Record<string, string> };
  readonly answer: string;
  readonly says: readonly [string, string];
}

const BOUNDS: readonly Bound[] = [
  {
    limit: { max: { memory: '1Gi' }, type: 'Container' },
    resources: { limits: { cpu: '500m', memory: '2Gi' }, requests: { cpu: '100m', memory: '256Mi' } },
    answer: 'maximum memory usage per Container is 1Gi, but limit is 2Gi',
    says: ['1Gi', '2Gi'],
  },
  {
    limit: { max: { cpu: '1' }, type: 'Pod' },
    resources: { limits: { cpu: '3', memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
    answer: 'maximum cpu usage per Pod is 1, but limit is 3',
    says: ['1', '3'],
  },
  {
    limit: { min: { memory: '256Mi' }, type: 'Container' },
    resources: { limits: { cpu: '500m', memory: '512Mi' }, requests: { cpu: '100m', memory: '64Mi' } },
    answer: 'minimum memory usage per Container is 256Mi, but request is 64Mi',
    says: ['256Mi', '64Mi'],
  },
  {
    limit: { maxLimitRequestRatio: { cpu: '4' }, type: 'Container' },
    resources: { limits: { cpu: '2', memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
    answer: 'cpu max limit to request ratio per Container is 4, but provided ratio is 20.000000',
    says: ['4', '20'],
  },
];

export const fault: Fault = {
  code: 'Q06-bounds',
  name: 'LimitRange refuses the pods of a rollout',
  lookAlikes: ['Q01', 'Q02', 'W04', 'Q06'],
  scenario: {
    slug: 'synthetic-limit-bounds',
    title: 'A rollout makes no pod at all',
    families: ['admission'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders, namespace } = app;
      const at = scene.around('rollout', 38);
      const { limit, resources, answer } = boundOf(scene);
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'v1', kind: 'LimitRange', namespace, name: nameOf(scene) },
          made(daysBefore(scene, 64)),
          { spec: { limits: [limit] } },
        ),
      );
      rollOut(orders, {
        at,
        spec: (spec) => {
          mainContainer(spec).resources = resources;
        },
      });
      if (scene.repaired) {
        rollBack(orders, scene.repairedAt);
        allPods(orders, running(), { survivor: true });
        return plan;
      }
      const hash = revisionsOf(orders).at(-1)?.hash;
      orders.refused = {
        count: 1,
        since: at + 1_000,
        message: `pods "${orders.name}-${hash}-${scene.random.suffix('refused', 5)}" is forbidden: ${answer}`,
      };
      orders.pods = Array.from({ length: orders.replicas }, () => ({ revision: 'previous', state: running() }));
      if (scene.random.chance('stuck-alert', 0.6)) deploymentRolloutStuck(plan, orders, at);
      else deploymentReplicasMismatch(plan, orders, at);
      return plan;
    },
    expected: (scene) => {
      const { says } = boundOf(scene);
      return causeIs({
        causes: [
          { kind: 'LimitRange', namespace: scene.cast.namespace, name: nameOf(scene) },
          { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
        ],
        category: ['limit-range'],
        keywords: [[says[0]], [says[1]], [nameOf(scene), 'LimitRange']],
        not: [{ category: 'quota-exceeded' }, { category: 'rollout-stuck' }, { category: 'policy-denied' }],
      });
    },
  },
};

function boundOf(scene: Scene): Bound {
  return scene.random.pick('bound', BOUNDS);
}

function nameOf(scene: Scene): string {
  return scene.random.pick('limit-range', ['container-limits', 'bounds', 'limits']);
}
