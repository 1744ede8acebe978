import { readMatrix } from '@headwater/contracts/telemetry/prometheus.ts';
import type { MetricsReader, TelemetryOutcome, Window } from '@headwater/engine/ports/telemetry.ts';
import { z } from 'zod';
import { askJson, type EndpointOptions, openEndpoint } from '../http/telemetry.ts';
import type { Transport } from '../http/transport.ts';

const PEER = 'Prometheus';
const ListAnswer = z.looseObject({ data: z.array(z.string()) });
// What exporters a server scrapes changes with deployments, not with incidents.
const REMEMBERED_MS = 5 * 60_000;

interface PrometheusOptions extends EndpointOptions {
  /** Milliseconds that never go back: they say how long a list of names may be believed. */
  readonly monotonic: () => number;
}

/** Opens Prometheus, or anything with its query API (Mimir, Thanos, VictoriaMetrics). */
export function openPrometheus(options: PrometheusOptions): MetricsReader {
  const transport = openEndpoint(options, PEER);
  const remember = shortMemory(options.monotonic);
  return {
    range: async (query, { from, to }, stepSeconds) => {
      // POST: a selector over many names is longer than some servers allow an address to be.
      const form = new URLSearchParams({
        query,
        start: String(from / 1000),
        end: String(to / 1000),
        step: String(stepSeconds),
      });
      const answer = await askJson(
        transport,
        {
          path: '/api/v1/query_range',
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: form.toString(),
        },
        PEER,
      );
      if (answer.state !== 'read') return answer;
      const { series, rejected } = readMatrix(answer.value);
      const [first] = rejected;
      return {
        state: 'read',
        items: series,
        cut: first
          ? `${rejected.length} malformed series of the Prometheus answer were left out, first: ${first.what}`
          : null,
      };
    },
    names: (window) => remember('names', () => listOf(transport, { path: '/api/v1/label/__name__/values', window })),
    labels: (selector, window) =>
      remember(selector, () => listOf(transport, { path: '/api/v1/labels', window, selector })),
    close: () => transport.close(),
  };
}

interface ListRequest {
  readonly path: string;
  readonly window: Window;
  readonly selector?: string;
}

async function listOf(
  transport: Transport,
  { path, window, selector }: ListRequest,
): Promise<TelemetryOutcome<string>> {
  const query = {
    start: String(window.from / 1000),
    end: String(window.to / 1000),
    ...(selector === undefined ? {} : { 'match[]': selector }),
  };
  const answer = await askJson(transport, { path, query }, PEER);
  if (answer.state !== 'read') return answer;
  const parsed = ListAnswer.safeParse(answer.value);
  return parsed.success
    ? { state: 'read', items: parsed.data.data, cut: null }
    : { state: 'unreachable', message: `${PEER} answered a list of names with something else` };
}

/** Keeps answers for some minutes, by key; refusals are asked again. */
function shortMemory(
  monotonic: () => number,
): (key: string, ask: () => Promise<TelemetryOutcome<string>>) => Promise<TelemetryOutcome<string>> {
  const kept = new Map<string, { readonly until: number; readonly outcome: TelemetryOutcome<string> }>();
  return async (key, ask) => {
    const known = kept.get(key);
    if (known && known.until > monotonic()) return known.outcome;
    const outcome = await ask();
    // One server has few selectors to remember; a bound keeps a foreign one from growing it.
    if (kept.size > 50) kept.clear();
    if (outcome.state === 'read') kept.set(key, { until: monotonic() + REMEMBERED_MS, outcome });
    return outcome;
  };
}
