import { AppError } from '@headwater/core/errors.ts';
import type { ClusterSources } from '../collect/from-cluster.ts';
import type { LogArchive, MetricsReader, TelemetryOutcome, TraceReader } from '../ports/telemetry.ts';

type Refusal = Extract<TelemetryOutcome<unknown>, { message: string }>;

/**
 * The same sources, each given up after it could not be reached once: every further question would cost a diagnosis another
 * time-out and tell nothing new.
 */
export function impatient({ cluster, metrics, logArchive, traces }: ClusterSources): ClusterSources {
  return {
    cluster,
    metrics: metrics && impatientMetrics(metrics),
    logArchive: logArchive && impatientArchive(logArchive),
    traces: traces && impatientTraces(traces),
  };
}

function impatientMetrics(reader: MetricsReader): MetricsReader {
  const ask = once();
  return { ...reader, range: (query, window, step) => ask(() => reader.range(query, window, step)) };
}

function impatientArchive(reader: LogArchive): LogArchive {
  const ask = once();
  return { ...reader, range: (query, window, limit) => ask(() => reader.range(query, window, limit)) };
}

function impatientTraces(reader: TraceReader): TraceReader {
  const ask = once();
  return {
    ...reader,
    search: (query) => ask(() => reader.search(query)),
    trace: (id) => ask(() => reader.trace(id)),
  };
}

function once(): <T>(question: () => Promise<TelemetryOutcome<T>>) => Promise<TelemetryOutcome<T>> {
  let refusal: Refusal | null = null;
  return async (question) => {
    if (refusal) return refusal;
    try {
      const outcome = await question();
      if (outcome.state !== 'read') refusal = outcome;
      return outcome;
    } catch (error) {
      // A query that one server calls malformed says nothing of the next query.
      if (error instanceof AppError && error.code !== 'invalid')
        refusal = { state: 'unreachable', message: error.message };
      throw error;
    }
  };
}
