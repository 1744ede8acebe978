/** One metric of ours: everything its exposition says, and the labels it may carry. */
interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Only what has few values: never an id, a name from outside, or a path. */
  readonly labels: readonly string[];
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

const ANSWER_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const WORK_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Every metric of ours; each area adds its rows. Names follow Prometheus: base units, `_total` for counters. */
export const METRICS = {
  headwater_http_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time from the head of a request to the end of its answer, by route pattern.',
    labels: ['method', 'route', 'status'],
    buckets: ANSWER_SECONDS,
  },
  headwater_http_streams: {
    kind: 'gauge',
    help: 'Live event streams that are open.',
    labels: ['transport'],
  },
  headwater_http_streams_dropped_total: {
    kind: 'counter',
    help: 'Live event streams closed because the reader was too slow; it resumes where it was.',
    labels: ['transport'],
  },
  headwater_stream_events_total: {
    kind: 'counter',
    help: 'Events read from the log for the live streams.',
    labels: [],
  },
  headwater_intake_deliveries_total: {
    kind: 'counter',
    help: 'Bodies of senders by what became of them: stored, invalid, forbidden, unavailable or failed.',
    labels: ['source', 'outcome'],
  },
  headwater_intake_signals_total: {
    kind: 'counter',
    help: 'Alerts in stored bodies by what they meant: opened, repeated, resolved, late-duplicate and so on.',
    labels: ['source', 'reason'],
  },
  headwater_intake_truncated_alerts_total: {
    kind: 'counter',
    help: 'Alerts that senders left out of their bodies because of a limit of their own (truncatedAlerts).',
    labels: ['source'],
  },
  headwater_intake_commit_alerts: {
    kind: 'histogram',
    help: 'Alerts that one transaction stored together.',
    labels: [],
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
  },
  headwater_intake_commit_duration_seconds: {
    kind: 'histogram',
    help: 'Time of one intake transaction.',
    labels: ['outcome'],
    buckets: ANSWER_SECONDS,
  },
  headwater_intake_waiting_alerts: {
    kind: 'gauge',
    help: 'Alerts received and not yet stored; at the limit senders get 503.',
    labels: [],
  },
  headwater_job_duration_seconds: {
    kind: 'histogram',
    help: 'Run time of background jobs.',
    labels: ['queue', 'outcome'],
    buckets: WORK_SECONDS,
  },
  headwater_jobs: {
    kind: 'gauge',
    help: 'Background jobs in the queues, by state.',
    labels: ['queue', 'state'],
  },
  headwater_journal_versions_total: {
    kind: 'counter',
    help: 'Versions of objects written to the journal.',
    labels: [],
  },
  headwater_journal_passed_over_total: {
    kind: 'counter',
    help: 'Versions that were replaced by later ones of the same object before they could be written.',
    labels: [],
  },
  headwater_worker_restarts_total: {
    kind: 'counter',
    help: 'How often the worker thread ended by itself and was started again.',
    labels: [],
  },
  headwater_database_connections: {
    kind: 'gauge',
    help: 'Connections of the pool, and callers that wait for one.',
    labels: ['thread', 'state'],
  },
  headwater_event_loop_lag_seconds: {
    kind: 'gauge',
    help: 'The 99th percentile of how late timers ran since the last reading.',
    labels: ['thread'],
  },
  headwater_build_info: {
    kind: 'gauge',
    help: 'Always 1; the version of Headwater and of Node.js stand in its labels.',
    labels: ['version', 'node'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

type Names<Kind> = {
  [Name in keyof typeof METRICS]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[keyof typeof METRICS];

/** The labels of a metric, each of them. */
export type MetricLabels<Name extends keyof typeof METRICS> = Readonly<
  Record<(typeof METRICS)[Name]['labels'][number], string>
>;

/** Where the program counts and measures itself. */
export interface Metrics {
  /** Adds to a counter, 1 unless told. */
  count<Name extends Names<'counter'>>(name: Name, labels: MetricLabels<Name>, by?: number): void;
  /** Sets a gauge. */
  set<Name extends Names<'gauge'>>(name: Name, labels: MetricLabels<Name>, value: number): void;
  /** Measures one value into a histogram. */
  observe<Name extends Names<'histogram'>>(name: Name, labels: MetricLabels<Name>, value: number): void;
}

/** Counts nothing; for tests and one-shot commands. */
export const silentMetrics: Metrics = { count: () => {}, set: () => {}, observe: () => {} };
