import { MINUTE, SECOND } from '@headwater/core/time.ts';
import {
  nodeNotReady,
  nodeUnreachable as nodeUnreachableAlert,
  statefulSetReplicasMismatch,
  targetDown,
} from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, gauge } from '@headwater/testkit/world/metrics.ts';
import { loseKubelet } from '@headwater/testkit/world/node.ts';
import { nodeUnreachable } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { exporterLabels, nodeEvent, workersOf } from '../../kit/nodes.ts';

/** N13: the machine itself is gone: stopped by its cloud, or taken back as a spot instance. */
export const fault: Fault = {
  code: 'N13-stopped',
  name: 'node lost',
  lookAlikes: ['N01', 'N02'],
  scenario: {
    slug: 'n13-stopped',
    title: 'Pods of one node are not ready, their replacements come up elsewhere',
    families: ['node'],
    cluster: { selfManaged: false },
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { needs: ['database'], decoy: false });
      const { bad, good, workers } = workersOf(plan);
      const at = scene.around('stopped', 24);
      const marked = at + 45 * SECOND;
      const spot = scene.random.chance('spot', 0.5);
      for (const node of workers) {
        const alive = during(scene, at, { normal: () => 1, faulty: () => (node === bad ? 0 : 1) });
        addMetrics(
          plan,
          gauge(scene, 'up', { instance: `${node.address}:10250`, job: 'kubelet', node: node.name }, alive),
          gauge(scene, 'up', exporterLabels(plan, node), alive),
        );
      }
      for (const workload of [app.catalog, app.extra, bystanders.other]) {
        workload.progress = 'complete';
        workload.pods = [
          ...(scene.repaired
            ? []
            : [
                {
                  revision: 'current' as const,
                  state: nodeUnreachable({ since: marked, condition: 'Unknown' }),
                  node: bad.name,
                  salt: 'stranded',
                },
              ]),
          { revision: 'current', state: running(), created: marked + 5 * MINUTE, node: good.name, salt: 'moved' },
        ];
      }
      if (spot)
        nodeEvent(plan, bad, {
          reason: scene.random.pick('notice', ['SpotInterruption', 'PreemptScheduled']),
          message: `Spot interruption notice: instance of node ${bad.name} will be interrupted in 2 minutes`,
          first: at - 2 * MINUTE,
          component: 'aws-node-termination-handler',
        });
      nodeEvent(plan, bad, {
        reason: 'NodeNotReady',
        type: 'Normal',
        message: `Node ${bad.name} status is now: NodeNotReady`,
        first: marked,
        component: 'node-controller',
      });
      if (scene.repaired) return plan;
      loseKubelet(bad, at);
      bad.taints.push({
        effect: 'NoSchedule',
        key: 'node.cloudprovider.kubernetes.io/shutdown',
        timeAdded: stamp(marked + 10 * SECOND),
      });
      app.database.pods = [
        { revision: 'current', state: nodeUnreachable({ since: marked, condition: 'Unknown' }), node: bad.name },
      ];
      nodeNotReady(plan, bad, marked);
      nodeUnreachableAlert(plan, bad, marked);
      statefulSetReplicasMismatch(plan, app.database, marked);
      targetDown(plan, { namespace: 'monitoring', name: 'node-exporter' }, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }],
        category: ['node-lost', 'kubelet-down'],
        keywords: [['shutdown', 'shut down', 'interrupt', 'stopped', 'spot']],
        not: [{ kind: 'Deployment' }, { kind: 'StatefulSet' }, { category: 'container-runtime-down' }],
      }),
  },
};
