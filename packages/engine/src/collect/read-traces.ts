import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { quantile } from '@headwater/diagnosis/metrics/robust.ts';
import type { Span } from '@headwater/diagnosis/snapshot/input.ts';
import type { TraceReader, Window } from '../ports/telemetry.ts';
import { inParallel } from './in-parallel.ts';
import { asOutcome } from './refusals.ts';

export interface TracesRequest {
  readonly namespaces: readonly string[];
  /** Names of the incident's workloads, also as prefixes of their Pods; null when unknown. */
  readonly services: readonly string[] | null;
  /** When the first alert began; null when none says. */
  readonly onset: number | null;
  readonly window: Window;
}

/** Traces of each kind and namespace: enough to tell a slow call from a slow service, few enough to read in seconds. */
const WANTED = 20;
const PARALLEL_TRACES = 6;
// Alerts fire some minutes after what they tell of; what is compared with must lie before that.
const LEAD = 10 * MINUTE;
// Slower than nearly all before, by a factor that ordinary variation does not reach.
const SLOW_QUANTILE = 0.95;
const SLOW_FACTOR = 2;

/** Reads traces of the window before and of the incident: normal ones, failed ones, slow ones and recent ones of any kind. */
export async function readTraces(
  reader: TraceReader,
  { namespaces, services, onset, window }: TracesRequest,
): Promise<{ spans: Span[]; gaps: Gap[] }> {
  const spans: Span[] = [];
  const seen = new Set<string>();
  const split = Math.max(window.from, (onset ?? window.to) - LEAD);
  const [before, since] = [
    { from: window.from, to: split },
    { from: split, to: window.to },
  ];
  let refusal: string | null = null;
  for (const scope of scopesOf(namespaces, services)) {
    const read = async (within: Window, where: readonly string[]): Promise<readonly Span[]> => {
      if (refusal !== null || within.to <= within.from) return [];
      const conditions = [...(scope.where ?? []), ...where];
      const found = await asOutcome(reader.search({ ...scope, where: conditions, window: within, limit: WANTED }));
      if (found.state !== 'read') {
        refusal = found.message;
        return [];
      }
      const fresh = found.items.filter((id) => !seen.has(id));
      for (const id of fresh) seen.add(id);
      const traces = await inParallel(fresh, PARALLEL_TRACES, (id) => asOutcome(reader.trace(id)));
      return traces.flatMap((trace) => (trace.state === 'read' ? trace.items : []));
    };
    const normal = await read(before, []);
    const slow = slowerThan(normal);
    spans.push(...normal, ...(await read(since, ['status = error'])));
    if (slow !== null) spans.push(...(await read(since, [`duration > ${slow}ms`])));
    spans.push(...(await read(since, [])));
  }
  return { spans, gaps: refusal === null ? [] : [gapOf(refusal)] };
}

interface Scope {
  readonly tags: Readonly<Record<string, string>>;
  readonly where?: readonly string[];
}

function scopesOf(namespaces: readonly string[], services: readonly string[] | null): Scope[] {
  if (namespaces.length === 0) return [{ tags: {} }];
  const named = services?.map((name) => name.replace(/-$/, '')).filter((name) => /^[\w.-]+$/.test(name)) ?? [];
  return [
    ...namespaces.map((namespace) => ({ tags: { 'k8s.namespace.name': namespace } })),
    // Programs that were instrumented by hand know their own name, but seldom their namespace.
    ...(named.length === 0
      ? []
      : [
          {
            tags: {},
            where: [`resource.service.name =~ "${named.map((name) => name.replaceAll('.', '[.]')).join('|')}"`],
          },
        ]),
  ];
}

/** Milliseconds beyond which a span of an entry is slow; null when too little is known of the ordinary. */
function slowerThan(normal: readonly Span[]): number | null {
  const entries = normal.filter(({ kind }) => kind === 'server').map(({ durationMs }) => durationMs);
  return entries.length < 5 ? null : Math.max(1, Math.round(quantile(entries, SLOW_QUANTILE) * SLOW_FACTOR));
}

function gapOf(message: string): Gap {
  return {
    source: 'traces',
    statement: `Traces could not be read: ${message}`,
    wouldShow: 'which call of which service is slow or failing',
  };
}
