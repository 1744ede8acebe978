import { causeIs } from '../../../../recordings/expect.ts';
import { demo } from '../stage.ts';
import { addTidb } from '../tidb.ts';
import { SECOND } from '@headwater/core/time.ts';
import { statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { type PodPlan } from '@headwater/testkit/world/plan.ts';
import { unschedulable } from '@headwater/testkit/world/pod-states/pending.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The operator scales a component to what its resource says; most Pods find no node. */
export const fault: Fault = {
  code: 'SRG-operator-overload',
  name: 'a custom resource asks for a hundred thousand replicas',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-operator-overload',
    title: 'A database component has thousands of Pods to go',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const at = scene.around('applied', 12);
      const { tidb } = addTidb(plan, { at, tidb: { replicas: 100_000 } });
      tidb.replicas = 100_000;
      const nodes = plan.nodes.length;
      tidb.pods = Array.from(
        { length: 12 },
        (_, index): PodPlan => ({
          revision: 'current',
          ...(index < 2 ? {} : { created: at + index * SECOND }),
          state:
            index < 8
              ? running()
              : unschedulable({
                  nodes,
                  why: `${nodes} Insufficient cpu, ${nodes} Insufficient memory.`,
                  preemption: `${nodes} No preemption victims found for incoming pod.`,
                }),
        }),
      );
      statefulSetReplicasMismatch(plan, tidb, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'TidbCluster', namespace: 'tidb-cluster', name: 'basic' },
          { kind: 'StatefulSet', namespace: 'tidb-cluster', name: 'basic-tidb' },
        ],
        category: ['insufficient-cpu', 'insufficient-memory', 'object-invalid', 'config-changed'],
      }),
  },
};
