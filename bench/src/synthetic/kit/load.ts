import type { Millis } from '@headwater/core/time.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import { addMetrics, during, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { formerPods } from './former-pods.ts';

/** How a service did before the fault, and since; a number that does not change is given once. */
export interface Served {
  readonly since: Millis;
  /** Requests per second of one pod. */
  readonly rate?: readonly [number, number];
  /** Share that fails. */
  readonly errors?: readonly [number, number];
  /** Mean seconds per request. */
  readonly seconds?: readonly [number, number];
  /** CPU cores of one pod. */
  readonly cores?: readonly [number, number];
  readonly errorCode?: string;
}

/** Adds the request counters of a workload's pods, and their CPU and memory. */
export function serve(plan: Plan, workload: Workload, served: Served): void {
  const { scene } = plan;
  const { since, rate = [6, 6], errors = [0.001, 0.001], seconds = [0.03, 0.03], cores = [0.06, 0.06] } = served;
  const current = realise(plan, workload).pods.filter(({ outcome }) => outcome.phase === 'Running');
  for (const { pod, to } of [
    ...formerPods(plan, workload),
    ...current.map((pod) => ({ pod, to: Number.POSITIVE_INFINITY })),
  ]) {
    const shape = (key: string, [normal, faulty]: readonly [number, number]): ((time: Millis) => number) =>
      during(scene, since, {
        normal: steady(scene, `${key}/${pod.name}`, normal),
        faulty: steady(scene, `${key}/${pod.name}`, faulty),
      });
    const alive = (series: readonly Series[]): Series[] =>
      series.map((one) => ({ ...one, samples: one.samples.filter(([time]) => time <= to) }));
    addMetrics(
      plan,
      alive(
        traffic(scene, pod, {
          rate: shape('rate', rate),
          errors: shape('errors', errors),
          seconds: shape('seconds', seconds),
          ...(served.errorCode ? { errorCode: served.errorCode } : {}),
        }),
      ),
      alive(
        usage(scene, pod, {
          cores: shape('cores', cores),
          bytes: steady(scene, `bytes/${pod.name}`, scene.random.int(`bytes/${workload.name}`, 80, 150) * 1e6, 0.02),
        }),
      ),
    );
  }
}
