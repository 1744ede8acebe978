import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { Span } from '@headwater/diagnosis/snapshot/input.ts';
import type { Plan } from './plan.ts';
import type { RealPod } from './realise.ts';

/** One service on a request's way, and what it calls. */
export interface Hop {
  readonly pod: RealPod;
  readonly service: string;
  readonly operation: string;
  /** Milliseconds it takes beside its calls. */
  readonly own: number;
  /** Milliseconds a call to it spends on the wire. */
  readonly wire?: number;
  readonly error?: string;
  readonly calls?: readonly Hop[];
}

/** Adds one trace that starts at a time: a server span per hop, a client span per call. */
export function addTrace(plan: Plan, start: Millis, root: Hop): void {
  const traceId = plan.scene.random.hex(`trace/${start}/${root.operation}`, 32);
  walk(plan, { hop: root, traceId, parent: null, at: start, path: '0' });
  plan.sources.traces = 'present';
}

interface Step {
  readonly hop: Hop;
  readonly traceId: string;
  readonly parent: string | null;
  readonly at: Millis;
  readonly path: string;
}

/** The milliseconds the hop took. */
function walk(plan: Plan, step: Step): number {
  const { hop, traceId, parent, at, path } = step;
  const spanId = plan.scene.random.hex(`span/${traceId}/${path}`, 16);
  let elapsed = hop.own / 2;
  for (const [index, call] of (hop.calls ?? []).entries()) {
    const clientId = plan.scene.random.hex(`span/${traceId}/${path}.${index}c`, 16);
    const wire = call.wire ?? 0;
    const arrives = at + elapsed + 1 + wire / 2;
    const took = wire + walk(plan, { hop: call, traceId, parent: clientId, at: arrives, path: `${path}.${index}` });
    plan.traces.push(
      spanOf(hop, {
        traceId,
        spanId: clientId,
        parentSpanId: spanId,
        kind: 'client',
        start: at + elapsed,
        durationMs: took + 2,
        name: call.operation,
        peer: call.service,
        error: call.error,
      }),
    );
    elapsed += took + 2;
  }
  const durationMs = elapsed + hop.own / 2;
  plan.traces.push(
    spanOf(hop, {
      traceId,
      spanId,
      parentSpanId: parent,
      kind: 'server',
      start: at,
      durationMs,
      name: hop.operation,
      error: hop.error,
    }),
  );
  return durationMs;
}

interface SpanFields
  extends Pick<Span, 'traceId' | 'spanId' | 'parentSpanId' | 'kind' | 'start' | 'durationMs' | 'name'> {
  readonly peer?: string;
  readonly error?: string | undefined;
}

function spanOf(hop: Hop, { peer, error, ...fields }: SpanFields): Span {
  return {
    ...fields,
    service: hop.service,
    error: error !== undefined,
    statusMessage: error ?? '',
    attributes: {
      ...(peer ? { 'server.address': peer } : {}),
      ...(error ? { 'http.response.status_code': '500' } : { 'http.response.status_code': '200' }),
    },
    resource: {
      'k8s.deployment.name': hop.pod.workload.name,
      'k8s.namespace.name': hop.pod.namespace,
      'k8s.pod.name': hop.pod.name,
    },
  };
}

/** Times spread over a span, for a handful of traces. */
export function spread(from: Millis, to: Millis, count: number): Millis[] {
  return Array.from(
    { length: count },
    (_, index) => Math.floor((from + ((to - from) * (index + 0.5)) / count) / SECOND) * SECOND,
  );
}
