import { addMetrics, containerLabels, gauge, steady, usage } from '@headwater/testkit/world/metrics.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { realise } from '@headwater/testkit/world/realise.ts';

/** What cAdvisor says of the pods a scenario says nothing about: small, steady use. Decides every workload, so call it last. */
export function measureOthers(plan: Plan, except: readonly Workload[]): void {
  const { scene } = plan;
  for (const workload of plan.workloads) {
    if (except.includes(workload)) continue;
    for (const pod of realise(plan, workload).pods) {
      if (pod.outcome.phase !== 'Running') continue;
      const level = (key: string, low: number, high: number): number =>
        scene.random.number(`${key}/${pod.name}`, low, high);
      addMetrics(
        plan,
        usage(scene, pod, {
          cores: steady(scene, `${pod.name}/cpu`, level('cores', 0.01, 0.12)),
          bytes: steady(scene, `${pod.name}/memory`, level('bytes', 40e6, 180e6)),
        }),
        gauge(
          scene,
          'container_threads',
          containerLabels(pod),
          steady(scene, `${pod.name}/threads`, level('threads', 8, 46)),
        ),
      );
    }
  }
}
