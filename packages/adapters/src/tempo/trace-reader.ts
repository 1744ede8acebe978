import { readSpans } from '@headwater/contracts/telemetry/otlp.ts';
import type { TraceReader } from '@headwater/engine/ports/telemetry.ts';
import { z } from 'zod';
import { askJson, type EndpointOptions, openEndpoint } from '../http/telemetry.ts';

const PEER = 'Tempo';
const SearchAnswer = z.looseObject({ traces: z.array(z.looseObject({ traceID: z.string() })).nullish() });

/** Opens Tempo. */
export function openTempo(options: EndpointOptions): TraceReader {
  const transport = openEndpoint(options, PEER);
  return {
    search: async ({ tags, where = [], window, limit }) => {
      const conditions = Object.entries(tags).map(([key, value]) => `resource.${key} = ${JSON.stringify(value)}`);
      const query = {
        q: `{ ${[...conditions, ...where].join(' && ')} }`,
        start: Math.floor(window.from / 1000),
        end: Math.ceil(window.to / 1000),
        limit,
      };
      const answer = await askJson(transport, { path: '/api/search', query }, PEER);
      if (answer.state !== 'read') return answer;
      const parsed = SearchAnswer.safeParse(answer.value);
      if (!parsed.success)
        return { state: 'unreachable', message: `${PEER} answered a search with something that holds no traces` };
      const ids = (parsed.data.traces ?? []).map(({ traceID }) => traceID);
      return { state: 'read', items: ids, cut: ids.length >= limit ? `only ${limit} traces were read` : null };
    },
    trace: async (traceId) => {
      const answer = await askJson(transport, { path: `/api/traces/${encodeURIComponent(traceId)}` }, PEER);
      if (answer.state !== 'read') return answer;
      return { state: 'read', items: readSpans(answer.value).spans, cut: null };
    },
    close: () => transport.close(),
  };
}
