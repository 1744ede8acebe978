import { MINUTE, type Millis } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { addMetrics, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { realise } from '@headwater/testkit/world/realise.ts';

const MI = 2 ** 20;

/** Counters of workloads that serve as they always did; a share of errors that lasts only while `errors` says so. */
export function servesWell(plan: Plan, workloads: readonly Workload[], errors?: (time: Millis) => number): void {
  const { scene } = plan;
  for (const pod of workloads.flatMap((workload) => realise(plan, workload).pods)) {
    addMetrics(
      plan,
      traffic(scene, pod, {
        rate: steady(scene, `rate/${pod.name}`, 6),
        errors: errors ?? steady(scene, `errors/${pod.name}`, 0.001),
        seconds: steady(scene, `seconds/${pod.name}`, 0.041, 0.03),
      }),
      usage(scene, pod, {
        cores: steady(scene, `cores/${pod.name}`, 0.06),
        bytes: steady(scene, `bytes/${pod.name}`, 96 * MI, 0.02),
      }),
    );
  }
}

/** An alert of a threshold somebody set too low. */
export function touchy(plan: Plan, service: { namespace: string; name: string }, at: Millis): void {
  alert(plan, {
    alertname: 'LatencyAboveTarget',
    severity: 'warning',
    labels: { namespace: service.namespace, service: service.name },
    summary: `${service.name} is slower than its target`,
    description: `Mean request duration of ${service.name} is 41ms, target 40ms.`,
    at: at + 5 * MINUTE,
  });
}
