import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { realise, type RealPod } from '@headwater/testkit/world/realise.ts';

/** What the pods that a rollout replaced left behind: their stop and their deletion. The objects themselves are gone. */
export function replacedPods(plan: Plan, workload: Workload, stops: readonly Millis[]): void {
  const { scene } = plan;
  const former = realise(plan, workload).middle.at(-2);
  if (!former) throw new Error(`${workload.name} has replaced nothing`);
  const { namespace } = workload;
  const container = mainContainer(workload.spec).name;
  for (const stop of stops) {
    const name = `${former.metadata.name}-${scene.random.suffix(`replaced/${workload.name}/${stop}`, 5)}`;
    const uid = scene.random.uuid(`replaced/${name}`);
    plan.events.push(
      {
        about: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, fieldPath: `spec.containers{${container}}` },
        type: 'Normal',
        reason: 'Killing',
        message: `Stopping container ${container}`,
        component: 'kubelet',
        host: plan.nodes.at(-1)?.name,
        count: 1,
        first: stop,
        last: stop,
      },
      {
        about: about(former),
        type: 'Normal',
        reason: 'SuccessfulDelete',
        message: `Deleted pod: ${name}`,
        component: 'replicaset-controller',
        count: 1,
        first: stop - SECOND,
        last: stop - SECOND,
      },
    );
  }
}

/** Series of the pods of the revision before: as the current ones' until the rollout that replaced them. */
export function formerSeries(plan: Plan, workload: Workload, series: (pod: RealPod) => readonly Series[]): Series[] {
  const { scene } = plan;
  const { pods, middle } = realise(plan, workload);
  const former = middle.at(-2);
  if (!former) return [];
  const until = workload.changedAt + 15 * SECOND;
  return pods.flatMap((pod, index) => {
    const name = `${former.metadata.name}-${scene.random.suffix(`former/${workload.name}/${index}`, 5)}`;
    const past = { ...pod, name, frame: { ...pod.frame, name, created: workload.created } };
    return series(past).map((one) => ({ ...one, samples: one.samples.filter(([time]) => time < until) }));
  });
}
