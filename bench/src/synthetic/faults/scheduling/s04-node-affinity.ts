import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout, victimOf } from '../../kit/pending.ts';

interface Rule {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'Gt';
  readonly values?: readonly string[];
}

const RULES: readonly Rule[] = [
  { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['eu-central-1a', 'eu-central-1b'] },
  { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['r6i.4xlarge'] },
  { key: 'kubernetes.io/os', operator: 'NotIn', values: ['linux'] },
  { key: 'accelerator', operator: 'Exists' },
  { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] },
  { key: 'example.com/cpu-generation', operator: 'Gt', values: ['5'] },
];

export const fault: Fault = {
  code: 'S04',
  name: 'node affinity mismatch',
  lookAlikes: ['S03', 'S12', 'S08'],
  scenario: {
    slug: 'synthetic-node-affinity',
    title: 'A rollout has been waiting for its first pod since it began',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const rule = ruleOf(scene);
      for (const node of plan.nodes) {
        node.labels['node.kubernetes.io/instance-type'] = 'm6i.xlarge';
        if (rule.operator === 'Gt') node.labels[rule.key] = '4';
      }
      const state = unschedulableOn(plan, () => ({
        words: "node(s) didn't match Pod's node affinity/selector",
        preemptable: false,
      }));
      pendingRollout(plan, app, {
        workload: victimOf(app, plan),
        at: scene.around('rollout', 37),
        state,
        edit: (spec) => {
          spec['affinity'] = {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ ...rule }] }],
              },
            },
          };
        },
      });
      return plan;
    },
    expected: (scene) => {
      const { cast, random } = scene;
      const { key, values } = ruleOf(scene);
      return causeIs({
        causes: [
          {
            kind: 'Deployment',
            namespace: cast.namespace,
            name: random.pick('victim', [cast.orders, cast.catalog, cast.orders, cast.extra]),
          },
        ],
        category: ['node-affinity-mismatch'],
        keywords: [[key], [values?.[0] ?? 'Exists'], ['affinity']],
        not: [{ category: 'node-selector-mismatch' }, { category: 'volume-node-affinity' }, { kind: 'Node' }],
      });
    },
  },
};

function ruleOf(scene: Scene): Rule {
  return scene.random.pick('rule', RULES);
}
