import type { Fold } from '../derive.ts';
import type { SignalName } from '../vocabulary.ts';

export type Labels = Readonly<Record<string, string>>;

/** How the labels of a series name its subject; see `label-subjects.ts`. */
export type NamedBy = 'pod' | 'service' | 'node' | 'volume' | 'queue' | 'hpa' | 'component' | 'edge';

/** How one metric gives one signal. */
export interface Family {
  readonly signal: SignalName;
  readonly by: NamedBy;
  /** `counter` becomes a rate; `buckets` is a histogram read at quantile `q`. */
  readonly shape: 'gauge' | 'counter' | 'buckets';
  /** How several series of one subject become one. */
  readonly fold: Fold;
  readonly q?: number;
  /** Multiplies values into the signal's unit. */
  readonly factor?: number;
  readonly only?: (labels: Labels) => boolean;
  /** Divides by the sum of other metrics of the same shape; without `metrics` by this one, differently filtered. */
  readonly over?: { readonly metrics?: readonly string[]; readonly only?: (labels: Labels) => boolean };
  /** Divide series by series with equal labels before folding, as for filesystems of one node. */
  readonly pairwise?: boolean;
  /** One minus the value. */
  readonly complement?: boolean;
  readonly absolute?: boolean;
  /** For `component`: what the subject is called. */
  readonly component?: string;
}

/** Families by metric name; of several metrics that give one signal for one subject, the first listed wins. */
export type FamilyTable = readonly (readonly [metric: string, ...families: Family[]])[];

export function gauge(signal: SignalName, by: NamedBy, rest: Partial<Family> = {}): Family {
  return { signal, by, shape: 'gauge', fold: 'sum', ...rest };
}

export function counter(signal: SignalName, by: NamedBy, rest: Partial<Family> = {}): Family {
  return { signal, by, shape: 'counter', fold: 'sum', ...rest };
}

/** Median and tail of a histogram; `factor` brings its unit to seconds. */
export function latencies(by: NamedBy, factor = 1, only?: (labels: Labels) => boolean): Family[] {
  const rest = { by, shape: 'buckets', fold: 'sum', factor, ...(only ? { only } : {}) } as const;
  return [
    { signal: 'latency', q: 0.5, ...rest },
    { signal: 'tail-latency', q: 0.95, ...rest },
  ];
}

/** Mean of a duration's sum over its count, for recorders that keep no buckets; `factor` brings its unit to seconds. */
export function meanLatency(
  sum: string,
  by: NamedBy,
  rest: { readonly factor?: number; readonly only?: (labels: Labels) => boolean } = {},
): Family[] {
  const { only, factor = 1 } = rest;
  const count = sum.replace(/_sum$/, '_count');
  return [
    counter('latency', by, {
      factor,
      ...(only ? { only } : {}),
      over: { metrics: [count], ...(only ? { only } : {}) },
    }),
  ];
}

/** Rate and share of failures of a request counter. */
export function requests(by: NamedBy, only: (labels: Labels) => boolean = () => true): Family[] {
  return [
    counter('request-rate', by, { only }),
    counter('error-ratio', by, { only: (labels) => only(labels) && isFailure(labels), over: { only } }),
  ];
}

const STATUS_LABELS = [
  'grpc_code',
  'rpc_grpc_status_code',
  'grpc_response_status',
  'response_code',
  'http_response_status_code',
  'http_status_code',
  'status_code',
  'status',
  'code',
  'outcome',
  'error',
] as const;
// gRPC codes by which the server says it failed; the others tell the caller about its own request.
const GRPC_FAILURES: ReadonlySet<string> = new Set([
  'unknown',
  'deadlineexceeded',
  'aborted',
  'unimplemented',
  'internal',
  'unavailable',
  'dataloss',
  '2',
  '4',
  '10',
  '12',
  '13',
  '14',
  '15',
]);
const FAILURES: ReadonlySet<string> = new Set([
  'status_code_error',
  'server_error',
  'error',
  'failure',
  'failed',
  'true',
  '5xx',
]);

/** Whether the labels of a request counter say that the server failed: HTTP 5xx, a gRPC server fault, an error status. */
export function isFailure(labels: Labels): boolean {
  for (const key of STATUS_LABELS) {
    const value = labels[key];
    if (value === undefined || value === '') continue;
    const text = value.toLowerCase().replaceAll('_', '');
    if (key.startsWith('grpc') || key === 'rpc_grpc_status_code') {
      if (GRPC_FAILURES.has(text)) return true;
      continue;
    }
    // Envoy reports a request that got no answer at all as code 0.
    if (/^5\d\d$/.test(value) || (key === 'response_code' && value === '0')) return true;
    if (FAILURES.has(value.toLowerCase()) || (GRPC_FAILURES.has(text) && /[a-z]/.test(text))) return true;
  }
  return false;
}
