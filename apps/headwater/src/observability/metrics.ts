import type { MetricsReport } from '@headwater/contracts/http/operations.ts';
import { METRICS, type Metrics } from '@headwater/engine/ports/metrics.ts';
import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type RegistryContentType,
} from 'prom-client';

/** What one thread has measured, as plain data. */
export type Reading = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** The metrics of one thread, and how they leave the process. */
export interface MetricsRegistry extends Metrics {
  /** Runs before every reading, for what is cheaper looked up than kept; a failure leaves the old value. */
  beforeReading(collect: () => void | Promise<void>): void;
  /** Everything of this thread, as plain data that may be sent to another one. */
  read(): Promise<Reading>;
}

// Gauges that are named like counters: Prometheus's own linter refuses them, and OpenMetrics readers may too.
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** One registry per thread; `process` adds what Node.js knows of the whole process, and belongs to one thread only. */
export function createMetrics(options: { readonly process: boolean }): MetricsRegistry {
  const registry = new Registry();
  const collectors: (() => void | Promise<void>)[] = [];
  const held = new Map<string, Counter | Gauge | Histogram>();
  for (const [name, definition] of Object.entries(METRICS)) {
    const common = { name, help: definition.help, labelNames: [...definition.labels], registers: [registry] };
    if (definition.kind === 'counter') held.set(name, new Counter(common));
    else if (definition.kind === 'gauge') held.set(name, new Gauge({ ...common, aggregator: 'sum' }));
    else held.set(name, new Histogram({ ...common, buckets: [...definition.buckets] }));
  }
  if (options.process) {
    collectDefaultMetrics({ register: registry });
    for (const name of MISNAMED) registry.removeSingleMetric(name);
  }
  // Every name in `held` was made above from the same table, with the kind its method asks for.
  return {
    count: (name, labels, by) => (held.get(name) as Counter).inc(labels, by ?? 1),
    set: (name, labels, value) => (held.get(name) as Gauge).set(labels, value),
    observe: (name, labels, value) => (held.get(name) as Histogram).observe(labels, value),
    beforeReading: (collect) => void collectors.push(collect),
    async read() {
      await Promise.allSettled(collectors.map(async (collect) => collect()));
      const reading = await registry.getMetricsAsJSON();
      // What prom-client leaves out of sums (the start of the process) exists once here, so it may stay.
      return reading.map((metric) => (metric.aggregator === 'omit' ? { ...metric, aggregator: 'first' } : metric));
    },
  };
}

/** The two text formats Prometheus may ask for. */
export type Exposition = 'prometheus' | 'openmetrics';

/** OpenMetrics when the scraper prefers it by its Accept header, else the text format every scraper knows. */
export function expositionFor(accept: string | undefined): Exposition {
  return /application\/openmetrics-text/.test(accept ?? '') ? 'openmetrics' : 'prometheus';
}

/** Joins the readings of all threads into one exposition. */
export async function expose(
  readings: readonly Reading[],
  format: Exposition,
): Promise<{ readonly contentType: string; readonly text: string }> {
  const contentType: RegistryContentType =
    format === 'openmetrics' ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE;
  const joined = AggregatorRegistry.aggregate<RegistryContentType>(
    format === 'openmetrics' ? readings.map((reading) => reading.map(asFamily)) : [...readings],
  );
  joined.setContentType(contentType);
  return { contentType, text: await joined.metrics() };
}

// OpenMetrics names a counter's family without the suffix of its sample; prom-client adds the suffix but leaves it on the
// family of an aggregate.
function asFamily(metric: Reading[number]): Reading[number] {
  return String(metric.type) === 'counter' ? { ...metric, name: metric.name.replace(/_total$/, '') } : metric;
}

/** The readings of all threads joined, as plain data. */
export async function report(readings: readonly Reading[]): Promise<MetricsReport['metrics']> {
  const joined = await AggregatorRegistry.aggregate([...readings]).getMetricsAsJSON();
  return joined.map(({ name, help, type, values }) => ({
    name,
    // The declared type is an enumeration; what stands there is its word.
    type: String(type),
    help,
    samples: values.map((sample) => ({
      name: 'metricName' in sample && typeof sample.metricName === 'string' ? sample.metricName : name,
      labels: Object.fromEntries(Object.entries(sample.labels).filter(([, value]) => value !== undefined)) as Record<
        string,
        string | number
      >,
      // JSON has no NaN and no infinity; a gauge without a value is not worth an error.
      value: Number.isFinite(sample.value) ? sample.value : 0,
    })),
  }));
}
