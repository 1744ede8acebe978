import { readLokiStreams } from '@headwater/contracts/telemetry/loki.ts';
import type { LogArchive, LogLineBatch } from '@headwater/engine/ports/telemetry.ts';
import { z } from 'zod';
import { askJson, type EndpointOptions, openEndpoint } from '../http/telemetry.ts';

const PEER = 'Loki';
const LabelsAnswer = z.looseObject({ data: z.array(z.string()).nullish() });
const NANOS_PER_MS = 1_000_000n;

/** Opens Loki. */
export function openLoki(options: EndpointOptions): LogArchive {
  const transport = openEndpoint(options, PEER);
  return {
    range: async (query, { from, to }, limit) => {
      const parameters = {
        query,
        start: String(BigInt(Math.floor(from)) * NANOS_PER_MS),
        end: String(BigInt(Math.ceil(to)) * NANOS_PER_MS),
        limit,
        direction: 'backward',
      };
      const answer = await askJson(transport, { path: '/loki/api/v1/query_range', query: parameters }, PEER);
      if (answer.state !== 'read') return answer;
      const { streams } = readLokiStreams(answer.value);
      const items = streams.map(
        ({ labels, entries }): LogLineBatch => ({
          labels,
          lines: entries
            .map(([nanos, line]) => [Number(BigInt(nanos) / NANOS_PER_MS), line] as const)
            .sort(([left], [right]) => left - right),
        }),
      );
      const count = items.reduce((sum, { lines }) => sum + lines.length, 0);
      return {
        state: 'read',
        items,
        cut: count >= limit ? `only the newest ${limit} archived log lines were read` : null,
      };
    },
    labels: async (window) => {
      const query = {
        start: String(BigInt(Math.floor(window.from)) * NANOS_PER_MS),
        end: String(BigInt(Math.ceil(window.to)) * NANOS_PER_MS),
      };
      const answer = await askJson(transport, { path: '/loki/api/v1/labels', query }, PEER);
      if (answer.state !== 'read') return answer;
      // A Loki without streams leaves the list out.
      const parsed = LabelsAnswer.safeParse(answer.value);
      return parsed.success
        ? { state: 'read', items: parsed.data.data ?? [], cut: null }
        : { state: 'unreachable', message: `${PEER} answered a list of labels with something else` };
    },
    close: () => transport.close(),
  };
}
