import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Span } from '@headwater/diagnosis/snapshot/input.ts';
import type { TraceReader, Window } from '../ports/telemetry.ts';
import { inParallel } from './in-parallel.ts';
import { asOutcome } from './refusals.ts';

/** Traces of each namespace: enough to tell a slow call from a slow service, few enough to read in seconds. */
const TRACES_WANTED = 40;
const PARALLEL_TRACES = 6;

/** Reads recent traces of some namespaces, of all when none is given. */
export async function readTraces(
  reader: TraceReader,
  namespaces: readonly string[],
  window: Window,
): Promise<{ spans: Span[]; gaps: Gap[] }> {
  const spans: Span[] = [];
  for (const tags of namespaces.length > 0
    ? namespaces.map((namespace) => ({ 'k8s.namespace.name': namespace }))
    : [{}]) {
    const found = await asOutcome(reader.search({ tags, window, limit: TRACES_WANTED }));
    if (found.state !== 'read')
      return {
        spans,
        gaps: [
          {
            source: 'traces',
            statement: `Traces could not be read: ${found.message}`,
            wouldShow: 'which call of which service is slow or failing',
          },
        ],
      };
    const traces = await inParallel(found.items, PARALLEL_TRACES, (id) => asOutcome(reader.trace(id)));
    for (const trace of traces) if (trace.state === 'read') spans.push(...trace.items);
  }
  return { spans, gaps: [] };
}
