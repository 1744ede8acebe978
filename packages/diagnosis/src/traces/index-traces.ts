import { compareText } from '@headwater/core/subject.ts';
import type { Span } from '../snapshot/input.ts';

export interface TraceIndex {
  /** Every span, by start time. */
  readonly all: readonly Span[];
  ofService(service: string): readonly Span[];
  ofTrace(traceId: string): readonly Span[];
  get(traceId: string, spanId: string): Span | undefined;
  services(): readonly string[];
}

/** Indexes spans by service and trace. */
export function indexTraces(spans: readonly Span[]): TraceIndex {
  const all = [...spans].sort((left, right) => left.start - right.start || compareText(left.spanId, right.spanId));
  const byService = Map.groupBy(all, (span) => span.service);
  const byTrace = Map.groupBy(all, (span) => span.traceId);
  const byId = new Map(all.map((span) => [`${span.traceId}/${span.spanId}`, span]));
  return {
    all,
    ofService: (service) => byService.get(service) ?? [],
    ofTrace: (traceId) => byTrace.get(traceId) ?? [],
    get: (traceId, spanId) => byId.get(`${traceId}/${spanId}`),
    services: () => [...byService.keys()].sort(),
  };
}
