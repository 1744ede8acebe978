import { nodeNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { loseKubelet } from '@headwater/testkit/world/node.ts';
import { nodeUnreachable } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { limitLowered } from './kit/faults.ts';

/** A node goes away with one service's pod; elsewhere a release dies of its memory limit, which no node explains. */
export const scenario: HardScenario = {
  slug: 'two-node-and-workload',
  title: 'A node is lost and pods on another node restart',
  theme: 'two-faults',
  families: ['hard', 'node', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const lost = plan.nodes.at(-1);
    const kept = plan.nodes.find((node) => !node.controlPlane && node !== lost);
    if (!lost || !kept) throw new Error('two workers are needed');
    const at = scene.around('lost', 31);
    loseKubelet(lost, at);
    const since = at + 45_000;
    for (const workload of plan.workloads) {
      if (workload === app.catalog) continue;
      if (workload.kind === 'DaemonSet') {
        workload.pods = plan.nodes.map((node) => ({
          revision: 'current' as const,
          node: node.name,
          state: node === lost ? nodeUnreachable({ since, condition: 'Unknown' }) : running(),
        }));
      } else allPods(workload, running(), { node: kept.name });
    }
    allPods(app.extra, nodeUnreachable({ since, condition: 'Unknown' }), { node: lost.name });
    nodeNotReady(plan, lost, at);
    const first = scene.around('limit', 38);
    limitLowered(plan, app.catalog, { at: first, limit: '52Mi', node: kept.name });
    return plan;
  },
  expected: (scene) => {
    const { namespace, catalog } = scene.cast;
    return causeIs({
      causes: [
        { kind: 'Deployment', namespace, name: catalog },
        { kind: 'Node', name: '*' },
      ],
      allCauses: true,
      category: ['oom-killed', 'kubelet-down'],
      keywords: [['52Mi']],
    });
  },
};
