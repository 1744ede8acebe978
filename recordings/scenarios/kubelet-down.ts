import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { nodeNotReady, nodeUnreachable as nodeUnreachableAlert, targetDown } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, gauge } from '@headwater/testkit/world/metrics.ts';
import { aboutNode, loseKubelet, nodeUid } from '@headwater/testkit/world/node.ts';
import type { PodPlan } from '@headwater/testkit/world/plan.ts';
import { nodeUnreachable } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** N01: the kubelet of one node died; its host still answers, its pods are marked and replaced elsewhere. */
export const scenario: Scenario = {
  slug: 'kubelet-down',
  title: 'Several pods of different teams are not ready at the same time',
  families: ['node'],
  build(scene) {
    const { plan, app, bystanders } = basePlan(scene);
    const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane);
    const lost = workers[0];
    const refuge = workers[1];
    if (!lost || !refuge) return plan;
    const at = scene.around('died', 27);
    const marked = at + 45 * SECOND;
    for (const node of workers) {
      const instance = { instance: `${node.address}:10250`, node: node.name };
      const up = during(scene, at, { normal: () => 1, faulty: () => (node === lost ? 0 : 1) });
      addMetrics(plan, gauge(scene, 'up', { ...instance, job: 'kubelet', metrics_path: '/metrics' }, up));
      addMetrics(
        plan,
        gauge(scene, 'up', { instance: `${node.address}:9100`, job: 'node-exporter', node: node.name }, () => 1),
      );
    }
    const notReady = {
      about: aboutNode(lost, nodeUid(scene, lost)),
      type: 'Normal' as const,
      component: 'node-controller',
      count: 1,
    };
    plan.events.push({
      ...notReady,
      reason: 'NodeNotReady',
      message: `Node ${lost.name} status is now: NodeNotReady`,
      first: marked,
      last: marked,
    });
    const affected = [app.orders, app.catalog, app.extra, bystanders.other];
    for (const workload of affected) {
      workload.progress = 'complete';
      const total = workload.replicas;
      const replacement: PodPlan[] = [
        { revision: 'current', state: running(), created: marked + 5 * MINUTE, node: refuge.name, salt: 'moved' },
      ];
      const others: PodPlan[] = Array.from({ length: total - 1 }, () => ({
        revision: 'current',
        state: running(),
        node: refuge.name,
      }));
      const stranded: PodPlan[] = scene.repaired
        ? []
        : [
            {
              revision: 'current',
              state: nodeUnreachable({ since: marked, condition: 'Unknown' }),
              node: lost.name,
              salt: 'stranded',
            },
          ];
      workload.pods = [...others, ...stranded, ...replacement];
    }
    if (scene.repaired) return plan;
    loseKubelet(lost, at);
    for (const workload of plan.workloads) {
      if (workload.kind !== 'DaemonSet') continue;
      workload.pods = plan.nodes.map((node) => ({
        revision: 'current',
        state: node === lost ? frozen(marked) : running(),
        node: node.name,
      }));
    }
    nodeNotReady(plan, lost, marked);
    nodeUnreachableAlert(plan, lost, marked);
    targetDown(plan, { namespace: 'kube-system', name: 'kubelet' }, at);
    return plan;
  },
  expected: () =>
    causeIs({
      causes: [{ kind: 'Node' }],
      category: ['kubelet-down', 'node-lost'],
      keywords: [['Kubelet stopped posting node status']],
      not: [{ kind: 'Deployment' }, { category: 'container-runtime-down' }],
    }),
};

// DaemonSet pods tolerate an unreachable node, so they are marked but never deleted.
function frozen(since: number): ReturnType<typeof running> {
  const state = nodeUnreachable({ since, condition: 'Unknown' });
  return (frame) => {
    const { deleted: _deleted, ...outcome } = state(frame);
    const events = outcome.events.filter(({ reason }) => reason !== 'TaintManagerEviction');
    return { ...outcome, events, conditions: outcome.conditions.filter(({ type }) => type !== 'DisruptionTarget') };
  };
}
