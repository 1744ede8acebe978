import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout, victimOf } from '../../kit/pending.ts';

// What the nodes carry, and what the template asks for: another value, or a label key nothing has.
const WISHES = [
  { nodes: { disktype: 'ssd' }, wish: { disktype: 'nvme' } },
  { nodes: { 'node-pool': 'general' }, wish: { 'node-pool': 'genral' } },
  { nodes: { 'workload-class': 'web' }, wish: { 'workload-class': 'memory-optimised' } },
  { nodes: {}, wish: { 'cloud.google.com/gke-nodepool': 'highmem-pool' } },
  { nodes: {}, wish: { 'kubernetes.io/arch': 'arm64' } },
  { nodes: {}, wish: { 'topology.kubernetes.io/zone': 'eu-west-1f' } },
] as const;

export const fault: Fault = {
  code: 'S03',
  name: 'nodeSelector mismatch',
  lookAlikes: ['S04', 'S08', 'S05'],
  scenario: {
    slug: 'synthetic-node-selector',
    title: 'New pods find no node although the nodes are half empty',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { nodes, wish } = wishOf(scene);
      for (const node of plan.nodes) Object.assign(node.labels, nodes);
      const state = unschedulableOn(plan, () => ({
        words: "node(s) didn't match Pod's node affinity/selector",
        preemptable: false,
      }));
      pendingRollout(plan, app, {
        workload: victimOf(app, plan),
        at: scene.around('rollout', 34),
        state,
        edit: (spec) => {
          spec.nodeSelector = scene.random.chance('two-keys', 0.4)
            ? { 'kubernetes.io/os': 'linux', ...wish }
            : { ...wish };
        },
      });
      return plan;
    },
    expected: (scene) => {
      const { cast, random } = scene;
      const [key = '', value = ''] = Object.entries(wishOf(scene).wish)[0] ?? [];
      return causeIs({
        causes: [
          {
            kind: 'Deployment',
            namespace: cast.namespace,
            name: random.pick('victim', [cast.orders, cast.catalog, cast.orders, cast.extra]),
          },
        ],
        category: ['node-selector-mismatch'],
        keywords: [[value], [key], ['nodeSelector']],
        not: [{ category: 'node-affinity-mismatch' }, { category: 'node-cordoned' }, { kind: 'Node' }],
      });
    },
  },
};

function wishOf(scene: Scene): (typeof WISHES)[number] {
  return scene.random.pick('wish', WISHES);
}
