import { counter, type FamilyTable, gauge, latencies, type Labels, meanLatency, requests } from './family.ts';

// cAdvisor reports each container and once more the whole Pod cgroup; only named containers may be added up.
const container = ({ container: name }: Labels): boolean => name !== undefined && name !== '' && name !== 'POD';
const wholePod = ({ container: name }: Labels): boolean => name === undefined || name === '';
const memoryResource = ({ resource }: Labels): boolean => resource === 'memory';
const inbound = ({ span_kind: kind, reporter }: Labels): boolean =>
  (kind === undefined || /server|consumer/i.test(kind)) && reporter !== 'source';
const served = ({ grpc_type: type }: Labels): boolean => type === undefined || type !== 'bidi_stream';

/** Ready-made series per workload, with labels `namespace` and `workload`. */
const RECORDED: FamilyTable = [
  ['workload:latency_p50:seconds', gauge('latency', 'pod', { fold: 'mean' })],
  ['workload:latency_p99:seconds', gauge('tail-latency', 'pod', { fold: 'max' })],
  ['workload:latency_p95:seconds', gauge('tail-latency', 'pod', { fold: 'max' })],
  ['workload:latency_p90:seconds', gauge('tail-latency', 'pod', { fold: 'max' })],
  ['workload:request_rate:rate', gauge('request-rate', 'pod')],
  ['workload:success_ratio', gauge('error-ratio', 'pod', { fold: 'mean', complement: true })],
  ['workload:error_ratio', gauge('error-ratio', 'pod', { fold: 'mean' })],
  ['workload:cpu_usage:cores', gauge('cpu', 'pod')],
  ['workload:cpu_throttled:seconds', gauge('cpu-throttled', 'pod')],
  ['workload:memory:bytes', gauge('memory', 'pod')],
  ['workload:network_receive:bytes', gauge('network-receive', 'pod')],
  ['workload:network_transmit:bytes', gauge('network-transmit', 'pod')],
  ['workload:tcp_retransmits:rate', gauge('retransmits', 'pod')],
  ['workload:disk_io:bytes', gauge('disk-io', 'pod')],
  ['workload:sockets:count', gauge('open-files', 'pod')],
];

const RESOURCES: FamilyTable = [
  [
    'container_cpu_usage_seconds_total',
    counter('cpu', 'pod', { only: container }),
    counter('cpu', 'pod', { only: wholePod }),
  ],
  ['node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate', gauge('cpu', 'pod')],
  ['node_namespace_pod_container:container_cpu_usage_seconds_total:sum_rate5m', gauge('cpu', 'pod')],
  ['k8s_pod_cpu_usage', gauge('cpu', 'pod')],
  [
    'container_cpu_cfs_throttled_seconds_total',
    counter('cpu-throttled', 'pod', { only: container }),
    counter('cpu-throttled', 'pod', { only: wholePod }),
  ],
  [
    'container_cpu_cfs_throttled_periods_total',
    counter('throttled-periods', 'pod', {
      only: container,
      over: { metrics: ['container_cpu_cfs_periods_total'], only: container },
    }),
    counter('throttled-periods', 'pod', {
      only: wholePod,
      over: { metrics: ['container_cpu_cfs_periods_total'], only: wholePod },
    }),
  ],
  [
    'container_memory_working_set_bytes',
    gauge('memory', 'pod', { only: container }),
    gauge('memory', 'pod', { only: wholePod }),
  ],
  ['k8s_pod_memory_working_set', gauge('memory', 'pod')],
  ['kube_pod_container_resource_limits', gauge('memory-limit', 'pod', { only: memoryResource })],
  ['container_spec_memory_limit_bytes', gauge('memory-limit', 'pod', { only: container })],
  ['kube_pod_container_status_restarts_total', gauge('restarts', 'pod')],
  ['container_network_receive_bytes_total', counter('network-receive', 'pod')],
  ['container_network_transmit_bytes_total', counter('network-transmit', 'pod')],
  ['container_network_receive_packets_dropped_total', counter('packet-drops', 'pod')],
  ['container_network_transmit_packets_dropped_total', counter('packet-drops', 'pod')],
  ['container_fs_writes_bytes_total', counter('disk-io', 'pod')],
  ['container_fs_reads_bytes_total', counter('disk-reads', 'pod')],
  [
    'container_sockets',
    gauge('sockets', 'pod', { only: container, fold: 'max' }),
    gauge('sockets', 'pod', { only: wholePod, fold: 'max' }),
  ],
  [
    'container_threads',
    gauge('threads', 'pod', { only: container }),
    gauge('threads', 'pod', { only: wholePod }),
    gauge('threads-used', 'pod', { only: container, over: { metrics: ['container_threads_max'], only: container } }),
  ],
  ['container_file_descriptors', gauge('open-files', 'pod')],
  ['process_open_fds', gauge('open-files-used', 'pod', { over: { metrics: ['process_max_fds'] } })],
];

/** Means come after every histogram: a median is not pulled by a few slow requests. */
const MEANS: FamilyTable = (
  [
    ['istio_request_duration_milliseconds_sum', { factor: 0.001, only: inbound }],
    ['http_server_request_duration_seconds_sum', {}],
    ['http_server_requests_seconds_sum', {}],
    ['http_request_duration_seconds_sum', {}],
    ['grpc_server_handling_seconds_sum', { only: served }],
  ] as const
).map(([metric, rest]) => [metric, ...meanLatency(metric, 'service', rest)] as const);

const REQUESTS: FamilyTable = [
  ['istio_request_duration_milliseconds_bucket', ...latencies('service', 0.001, inbound)],
  ['istio_requests_total', ...requests('service', inbound)],
  ['http_server_request_duration_seconds_bucket', ...latencies('service')],
  ['http_server_request_duration_seconds_count', ...requests('service')],
  ['http_server_duration_milliseconds_bucket', ...latencies('service', 0.001)],
  ['http_server_duration_milliseconds_count', ...requests('service')],
  ['rpc_server_duration_milliseconds_bucket', ...latencies('service', 0.001)],
  ['rpc_server_duration_milliseconds_count', ...requests('service')],
  ['grpc_server_handling_seconds_bucket', ...latencies('service', 1, served)],
  ['grpc_server_handled_total', ...requests('service')],
  ['http_requests_total', ...requests('service')],
  ['http_server_requests_seconds_count', ...requests('service')],
  ['http_server_requests_seconds_bucket', ...latencies('service')],
  ['traces_spanmetrics_latency_bucket', ...latencies('service', 1, inbound)],
  ['traces_spanmetrics_calls_total', ...requests('service', inbound)],
  ['traces_span_metrics_duration_seconds_bucket', ...latencies('service', 1, inbound)],
  ['traces_span_metrics_duration_milliseconds_bucket', ...latencies('service', 0.001, inbound)],
  ['traces_span_metrics_calls_total', ...requests('service', inbound)],
  ['duration_milliseconds_bucket', ...latencies('service', 0.001, inbound)],
  ['calls_total', ...requests('service', inbound)],
];

export const WORKLOAD_FAMILIES: FamilyTable = [...RECORDED, ...RESOURCES, ...REQUESTS, ...MEANS];
