import type { Plan } from '@headwater/testkit/world/plan.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';

/** Fills every worker up to its limit of Pods with another team's small consumers; `spare` Pods more still fit in all. */
export function fillPods(plan: Plan, maxPods: number, spare = 0): void {
  const { cast } = plan.scene;
  const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane);
  const placed = plan.workloads.flatMap((workload) => realise(plan, workload).pods);
  const busy = (name: string): number =>
    placed.filter(({ frame, outcome }) => outcome.scheduled && frame.node.name === name).length;
  const limit = Math.max(maxPods, ...workers.map(({ name }) => busy(name)));
  for (const node of workers) node.maxPods = limit;
  const homes = workers.flatMap(({ name }) => Array.from({ length: limit - busy(name) }, () => name));
  const kept = homes.slice(0, Math.max(0, homes.length - spare));
  const consumer = container('consumer', {
    image: `${cast.registry}/feed-consumer:1.9.${plan.scene.random.int('feed-tag', 0, 9)}`,
    requests: { cpu: '10m', memory: '16Mi' },
    limits: { memory: '64Mi' },
  });
  const filler = addWorkload(plan, cast.otherNamespace, 'feed-consumer', {
    replicas: kept.length,
    spec: podSpec([consumer]),
  });
  filler.pods = kept.map((node) => ({ revision: 'current', state: running(), node }));
}
