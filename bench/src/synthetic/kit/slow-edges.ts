import { SECOND } from '@headwater/core/time.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import { counter, during, type Shape, steady } from '@headwater/testkit/world/metrics.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import type { RealPod } from '@headwater/testkit/world/realise.ts';
import { addTrace, type Hop, spread } from '@headwater/testkit/world/traces.ts';

const BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export interface ClientView {
  /** Calls per second. */
  readonly rate: Shape;
  /** Share of calls that take longer than a bound, over time. */
  readonly slower: (bound: number, time: number) => number;
  readonly seconds: Shape;
}

/** What a caller's OpenTelemetry client measures of its calls to one service. */
export function clientSeries(plan: Plan, caller: RealPod, callee: string, view: ClientView): Series[] {
  const { scene } = plan;
  const labels = {
    http_request_method: 'POST',
    job: `${caller.namespace}/${caller.workload.name}`,
    namespace: caller.namespace,
    pod: caller.name,
    server_address: callee,
  };
  const name = 'http_client_request_duration_seconds';
  const buckets = [
    ...BOUNDS.map((bound) => [String(bound), bound] as const),
    ['+Inf', Number.POSITIVE_INFINITY] as const,
  ];
  return [
    counter(scene, `${name}_sum`, labels, { rate: (time) => view.rate(time) * view.seconds(time) }),
    counter(scene, `${name}_count`, labels, { rate: view.rate }),
    ...buckets.map(([le, bound]) =>
      counter(
        scene,
        `${name}_bucket`,
        { ...labels, le },
        { rate: (time) => view.rate(time) * (1 - (bound === Number.POSITIVE_INFINITY ? 0 : view.slower(bound, time))) },
      ),
    ),
  ];
}

/** A distribution that lies below `seconds`, and after the fault one that is moved up as a whole. */
export function shifted(plan: Plan, at: number, by: { readonly normal: number; readonly faulty: number }): ClientView {
  const { scene } = plan;
  const seconds = during(scene, at, {
    normal: steady(scene, 'normal', by.normal),
    faulty: steady(scene, 'faulty', by.faulty),
  });
  return {
    rate: steady(scene, 'client-rate', 6),
    seconds,
    slower: (bound, time) => Math.min(1, Math.exp(-((bound / seconds(time)) ** 3))),
  };
}

/** A distribution whose middle stays and whose tail grows, as retransmissions make it. */
export function tailed(plan: Plan, at: number, tail: { readonly share: number; readonly normal: number }): ClientView {
  const { scene } = plan;
  const share = during(scene, at, { normal: () => 0.002, faulty: steady(scene, 'tail', tail.share) });
  return {
    rate: steady(scene, 'client-rate', 6),
    seconds: (time) => tail.normal + share(time) * 1.4,
    slower: (bound, time) => {
      const lost = share(time);
      // One lost segment costs 0.2 s, a lost SYN 1 s, the second 3 s.
      const late = bound < 0.2 ? lost : bound < 1 ? lost * 0.6 : bound < 3 ? lost * 0.25 : 0;
      return Math.max(late, Math.min(1, Math.exp(-((bound / tail.normal) ** 3))));
    },
  };
}

export interface SlowEdge {
  /** Who calls the caller. */
  readonly front: RealPod;
  readonly caller: RealPod;
  readonly callee: RealPod;
  /** Another service the caller calls, which is as quick as ever. */
  readonly other: RealPod;
  readonly at: number;
  /** The milliseconds a call to the callee spends on the way. */
  readonly wire: (index: number, faulty: boolean) => number;
}

/** Traces of a request through a front, a caller and its two callees, before and after. */
export function edgeTraces(plan: Plan, edge: SlowEdge): void {
  const { scene } = plan;
  const { front, caller, callee, other, at, wire } = edge;
  const until = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
  const times = [
    ...spread(at - 900 * SECOND, at - 20 * SECOND, 8),
    ...spread(at + 10 * SECOND, scene.now - 20 * SECOND, 14),
  ];
  const hop = (pod: RealPod, operation: string, own: number): Hop => ({
    pod,
    service: pod.workload.name,
    operation,
    own,
    wire: 1,
  });
  for (const [index, time] of times.entries()) {
    const own = (key: string): number => scene.random.int(`own/${key}/${index}`, 9, 28);
    const faulty = time >= at && time < until;
    const calls = [
      hop(other, 'GET /items', own('other')),
      { ...hop(callee, 'POST /authorize', own('callee')), wire: wire(index, faulty) },
    ];
    addTrace(plan, time, {
      ...hop(front, 'POST /checkout', own('front')),
      calls: [{ ...hop(caller, 'POST /orders', own('caller')), calls }],
    });
  }
}
