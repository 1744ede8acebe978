import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { DATA_SERVICE_FAMILIES } from '@headwater/diagnosis/metrics/families/data-services.ts';
import type { FamilyTable } from '@headwater/diagnosis/metrics/families/family.ts';
import { EDGE_FAMILIES } from '@headwater/diagnosis/metrics/families/edges.ts';
import { NODE_FAMILIES } from '@headwater/diagnosis/metrics/families/node.ts';
import { PLATFORM_FAMILIES } from '@headwater/diagnosis/metrics/families/platform.ts';
import { WORKLOAD_FAMILIES } from '@headwater/diagnosis/metrics/families/workload.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import type { MetricsReader, Window } from '../ports/telemetry.ts';
import { inParallel } from './in-parallel.ts';
import { asOutcome } from './refusals.ts';

const PARALLEL_QUERIES = 4;
/** Names per query: one regular expression over the name is one index look-up, but the URL must stay short. */
const NAMES_PER_QUERY = 25;
const MAX_SAMPLES_PER_SERIES = 240;
const EXTRA = ['up', 'probe_success', 'node_systemd_unit_state', 'traces_service_graph_request_total'];

/** Reads the raw series behind every signal the engine knows: workload metrics of the given namespaces, platform metrics of all. */
export async function readMetrics(
  reader: MetricsReader,
  namespaces: readonly string[],
  window: Window,
): Promise<{ metrics: Series[]; gaps: Gap[] }> {
  const step = Math.max(15, Math.ceil((window.to - window.from) / 1000 / MAX_SAMPLES_PER_SERIES));
  const scope = namespaces.length === 0 ? '' : `,namespace=~"${namespaces.map(quote).join('|')}"`;
  const queries = [
    ...selectors(namesOf([...WORKLOAD_FAMILIES, ...EDGE_FAMILIES]), scope),
    ...selectors([...namesOf([...NODE_FAMILIES, ...PLATFORM_FAMILIES, ...DATA_SERVICE_FAMILIES]), ...EXTRA], ''),
  ];
  const answers = await inParallel(queries, PARALLEL_QUERIES, (query) => asOutcome(reader.range(query, window, step)));
  const metrics: Series[] = [];
  const gaps = new Map<string, Gap>();
  for (const answer of answers) {
    if (answer.state === 'read') {
      metrics.push(...answer.items);
      if (answer.cut) gaps.set(answer.cut, gapOf(`Cut: ${answer.cut}`));
    } else
      gaps.set(
        answer.state,
        gapOf(`Metrics ${answer.state === 'forbidden' ? 'may not be read' : 'could not be read'}: ${answer.message}`),
      );
  }
  return { metrics, gaps: [...gaps.values()] };
}

/** The window worth asking for: long enough before the first alert to know what is normal. */
export function metricsWindow(now: number, firstAlert: number | null): Window {
  return { from: Math.min(now - 45 * MINUTE, (firstAlert ?? now) - 30 * MINUTE), to: now };
}

// A share needs its whole: what a family divides by is asked for with it.
function namesOf(table: FamilyTable): string[] {
  return [
    ...new Set(table.flatMap(([name, ...families]) => [name, ...families.flatMap(({ over }) => over?.metrics ?? [])])),
  ];
}

function selectors(names: readonly string[], scope: string): string[] {
  const queries: string[] = [];
  for (let start = 0; start < names.length; start += NAMES_PER_QUERY)
    queries.push(`{__name__=~"${names.slice(start, start + NAMES_PER_QUERY).join('|')}"${scope}}`);
  return queries;
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\\\$&');
}

function gapOf(statement: string): Gap {
  return { source: 'metrics', statement, wouldShow: 'saturation, latency, error rates and the exact onset' };
}
