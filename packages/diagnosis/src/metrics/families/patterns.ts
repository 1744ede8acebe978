import { type Family, gauge, latencies, meanLatency, requests } from './family.ts';

// Metrics of the platform and of the scraping itself: their durations are not a workload serving its callers.
const PLATFORM =
  /^(apiserver|etcd|coredns|workqueue|rest_client|prometheus|alertmanager|kubelet|kubeproxy|scheduler|authentication|authorization|scrape|go|process|rpc_client|http_client|storage|container|kube|node|cluster|net_conntrack|controller_runtime|aggregator|admission|traces_service_graph|istio|pilot|jvm|redis|pg|mysql|kafka|loki|tempo|cortex|grafana)[_:]/;

const BUCKETS =
  /(?:request|requests|rpc|call|response|operation|handler|handling|server|http|grpc).*(?:duration|latency|time|handling)(?:_(seconds|milliseconds|ms))?_bucket$/;
const SUM =
  /(?:request|requests|rpc|operation|handler|handling|server|http|grpc).*(?:duration|latency|time|handling)(?:_(seconds|milliseconds|ms))?_sum$/;
const COUNTER = /(?:requests|calls|operations)_(?:total|count)$/;
const GAUGE =
  /(?:^|[_:])(?:latency|response_time|request_duration)(?:_(p50|p90|p95|p99|median|avg|mean))?(?:_(seconds|milliseconds|ms))?(?:_(p50|p90|p95|p99|median|avg|mean))?$/;

/** Families of a metric no table lists, told from its name alone; empty when the name says nothing sure. */
export function familiesByName(metric: string): readonly Family[] {
  if (PLATFORM.test(metric)) return [];
  const buckets = BUCKETS.exec(metric);
  if (buckets) return latencies('service', factorOf(buckets[1], metric));
  const sum = SUM.exec(metric);
  if (sum) return meanLatency(metric, 'service', { factor: factorOf(sum[1], metric) });
  if (COUNTER.test(metric)) return requests('service');
  const plain = GAUGE.exec(metric);
  return plain ? gaugeFamilies(plain, metric) : [];
}

function gaugeFamilies(match: RegExpExecArray, metric: string): Family[] {
  const statistic = match[1] ?? match[3];
  const factor = factorOf(match[2], metric);
  if (statistic?.startsWith('p9')) return [gauge('tail-latency', 'service', { fold: 'max', factor })];
  if (statistic !== undefined) return [gauge('latency', 'service', { fold: 'mean', factor })];
  return [
    // A summary's quantile label tells which statistic the series is; without one the gauge is a mean.
    gauge('tail-latency', 'service', { fold: 'max', factor, only: ({ quantile }) => Number(quantile) >= 0.9 }),
    gauge('latency', 'service', {
      fold: 'mean',
      factor,
      only: ({ quantile }) => quantile === undefined || quantile === '0.5',
    }),
  ];
}

// Prometheus asks for base units, so a name without unit is taken as seconds.
function factorOf(unit: string | undefined, metric: string): number {
  return unit === 'milliseconds' || unit === 'ms' || /_(milliseconds|ms)(_|$)/.test(metric) ? 0.001 : 1;
}
