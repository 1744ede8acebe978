import type { Millis } from '@headwater/core/time.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { type RealPod, realise } from '@headwater/testkit/world/realise.ts';
import { revisionsOf } from '@headwater/testkit/world/workload-names.ts';

/** A pod that a rollout has replaced: Prometheus still has its series. */
export interface FormerPod {
  readonly pod: RealPod;
  readonly from: Millis;
  readonly to: Millis;
}

/** The pods of earlier templates that are gone, as far back as metrics reach. */
export function formerPods(plan: Plan, workload: Workload): FormerPod[] {
  const { pods } = realise(plan, workload);
  const hashes = new Map(revisionsOf(workload).map(({ spec, hash }) => [JSON.stringify(spec), hash]));
  const eras = [...workload.revisions, { at: workload.changedAt, spec: workload.spec }];
  return eras.slice(0, -1).flatMap(({ at, spec }, index) => {
    const to = eras[index + 1]?.at ?? workload.changedAt;
    // A pod made before the era ended is its own witness.
    if (to < plan.scene.zero - 45 * 60_000 || pods.some(({ frame }) => frame.created < to)) return [];
    return pods.map((pod, order) => {
      const hash = hashes.get(JSON.stringify(spec)) ?? '';
      const suffix = plan.scene.random.suffix(`former/${workload.name}/${index}/${order}`, 5);
      const name = workload.kind === 'StatefulSet' ? pod.name : `${workload.name}-${hash}-${suffix}`;
      return { pod: { ...pod, name, frame: { ...pod.frame, name, created: at } }, from: at, to: to + 15_000 };
    });
  });
}
