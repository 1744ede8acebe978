import type { Millis } from '@headwater/core/time.ts';
import type { Span } from '@headwater/diagnosis/snapshot/input.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { spread } from '@headwater/testkit/world/traces.ts';

/** One service on a request's way; the last one may end in a call to something that has no spans of its own. */
export interface Leg {
  readonly workload: Workload;
  readonly operation: string;
  /** Milliseconds it takes beside its call. */
  readonly own: number;
  /** Its status message, when it fails. */
  readonly error?: string | undefined;
}

/** The call at the end: a database, a cache, a broker, a host outside. */
export interface Outward {
  readonly name: string;
  readonly took: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly error?: string | undefined;
  readonly kind?: Span['kind'];
}

/** One request: a server span per leg, a client span per call, as an OpenTelemetry SDK makes them. */
export function addRequest(plan: Plan, start: Millis, request: { legs: readonly Leg[]; outward?: Outward }): void {
  const { random } = plan.scene;
  const { legs, outward } = request;
  const traceId = random.hex(`request/${start}/${legs.map(({ workload }) => workload.name).join('>')}`, 32);
  const id = (part: string): string => random.hex(`span/${traceId}/${part}`, 16);
  const ends = legs.map((_, index) => legs.slice(index).reduce((sum, leg) => sum + leg.own, outward?.took ?? 0));
  let at = start;
  let parent: string | null = null;
  for (const [index, leg] of legs.entries()) {
    const next = legs[index + 1];
    const took = ends[index] ?? leg.own;
    const serverId = id(`${index}s`);
    const resource = resourceOf(plan, leg.workload, index + start);
    const service = leg.workload.name;
    const status = leg.error ? '500' : '200';
    plan.traces.push({
      traceId,
      spanId: serverId,
      parentSpanId: parent,
      kind: 'server',
      service,
      name: leg.operation,
      start: at,
      durationMs: took,
      error: leg.error !== undefined,
      statusMessage: leg.error ?? '',
      attributes: { 'http.response.status_code': status },
      resource,
    });
    const callAt = at + leg.own / 2;
    const call = { traceId, parentSpanId: serverId, service, start: callAt, resource };
    if (next) {
      parent = id(`${index}c`);
      plan.traces.push({
        ...call,
        spanId: parent,
        kind: 'client',
        name: next.operation,
        durationMs: ends[index + 1] ?? next.own,
        error: next.error !== undefined,
        statusMessage: next.error ? '500' : '',
        attributes: { 'server.address': next.workload.name, 'http.response.status_code': next.error ? '500' : '200' },
      });
    } else if (outward) {
      plan.traces.push({
        ...call,
        spanId: id('out'),
        kind: outward.kind ?? 'client',
        name: outward.name,
        durationMs: outward.took,
        error: outward.error !== undefined,
        statusMessage: outward.error ?? '',
        attributes: outward.attributes,
      });
    }
    at = callAt;
  }
  plan.sources.traces = 'present';
}

function resourceOf(plan: Plan, workload: Workload, salt: number): Record<string, string> {
  const pods = realise(plan, workload).pods.filter(({ outcome }) => outcome.phase === 'Running');
  const pod = pods[salt % Math.max(1, pods.length)];
  return {
    'k8s.deployment.name': workload.name,
    'k8s.namespace.name': workload.namespace,
    'service.name': workload.name,
    ...(pod ? { 'k8s.pod.name': pod.name } : {}),
  };
}

/** Some requests before a time, as they used to be, and some since, as they are; after the repair all as they used to be. */
export function requestsAround(
  plan: Plan,
  since: Millis,
  request: (faulty: boolean) => { legs: readonly Leg[]; outward?: Outward },
): void {
  const { scene } = plan;
  for (const at of spread(since - 20 * 60_000, since - 10_000, 14)) addRequest(plan, at, request(false));
  const until = scene.repaired ? scene.repairedAt : scene.now;
  for (const at of spread(since + 20_000, until - 5_000, 18)) addRequest(plan, at, request(true));
  if (scene.repaired)
    for (const at of spread(until + 60_000, scene.now - 5_000, 12)) addRequest(plan, at, request(false));
}
