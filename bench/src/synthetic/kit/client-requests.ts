import { addMetrics, counter, during, steady } from '@headwater/testkit/world/metrics.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { realise } from '@headwater/testkit/world/realise.ts';

/** What the API client of a workload counts since a time: answers and refusals a second. */
export function clientRequests(
  plan: Plan,
  workload: Workload,
  { at, rates }: { at: number; rates: readonly [number, number] },
): void {
  const { scene } = plan;
  for (const { namespace, name } of realise(plan, workload).pods)
    for (const [code, normal, faulty] of [
      ['200', 1.2, rates[0]],
      ['429', 0, rates[1]],
    ] as const)
      addMetrics(
        plan,
        counter(
          scene,
          'rest_client_requests_total',
          {
            code,
            host: `${scene.cluster.serviceNetwork}.0.1:443`,
            job: workload.name,
            method: 'GET',
            namespace,
            pod: name,
          },
          {
            rate: during(scene, at, {
              normal: steady(scene, `${name}${code}`, normal),
              faulty: steady(scene, `${name}${code}+`, faulty),
            }),
          },
        ),
      );
}
