import { readMatrix } from '@headwater/contracts/telemetry/prometheus.ts';
import type { MetricsReader } from '@headwater/engine/ports/telemetry.ts';
import { askJson, type EndpointOptions, openEndpoint } from '../http/telemetry.ts';

const PEER = 'Prometheus';

/** Opens Prometheus, or anything with its query API (Mimir, Thanos, VictoriaMetrics). */
export function openPrometheus(options: EndpointOptions): MetricsReader {
  const transport = openEndpoint(options, PEER);
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
    close: () => transport.close(),
  };
}
