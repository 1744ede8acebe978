import { counter, type Family, type FamilyTable, isFailure, type Labels } from './family.ts';

// Both proxies report every call; one of them is enough to count it.
const fromCaller = ({ reporter }: Labels): boolean => reporter === undefined || reporter === 'source';
const fromCallee = ({ reporter }: Labels): boolean => reporter === 'destination';

function edgeTail(signal: Family['signal'], factor: number, only?: (labels: Labels) => boolean): Family {
  return { signal, by: 'edge', shape: 'buckets', fold: 'sum', q: 0.95, factor, ...(only ? { only } : {}) };
}

/** Caller to callee, from Tempo's service graph, Istio's proxies and the callers' HTTP clients. */
export const EDGE_FAMILIES: FamilyTable = [
  ['traces_service_graph_request_total', counter('call-rate', 'edge')],
  [
    'traces_service_graph_request_failed_total',
    counter('call-error-ratio', 'edge', { over: { metrics: ['traces_service_graph_request_total'] } }),
  ],
  ['traces_service_graph_request_client_seconds_bucket', edgeTail('call-latency', 1)],
  ['traces_service_graph_request_server_seconds_bucket', edgeTail('serve-latency', 1)],
  // What the caller's own HTTP client measures, by OpenTelemetry and Micrometer.
  ['http_client_request_duration_seconds_bucket', edgeTail('call-latency', 1)],
  ['http_client_duration_milliseconds_bucket', edgeTail('call-latency', 0.001)],
  ['http_client_requests_seconds_bucket', edgeTail('call-latency', 1)],
  [
    'istio_requests_total',
    counter('call-rate', 'edge', { only: fromCaller }),
    counter('call-error-ratio', 'edge', {
      only: (labels) => fromCaller(labels) && isFailure(labels),
      over: { only: fromCaller },
    }),
  ],
  [
    'istio_request_duration_milliseconds_bucket',
    edgeTail('call-latency', 0.001, fromCaller),
    edgeTail('serve-latency', 0.001, fromCallee),
  ],
];
