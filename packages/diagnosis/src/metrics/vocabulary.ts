import type { Unit } from './units.ts';

/** What a signal means: its words, its unit and the least scale on which a change of it matters. */
export interface SignalSpec {
  readonly title: string;
  readonly unit: Unit;
  /** Least ordinary variation in the unit; a change must be several of these. */
  readonly floor: number;
}

/** The closed vocabulary. README.md says which metrics each is read from. */
export const SIGNALS = {
  // Workloads and Pods.
  latency: { title: 'median latency', unit: 'seconds', floor: 0.002 },
  'tail-latency': { title: 'tail latency', unit: 'seconds', floor: 0.004 },
  // What the workload itself took, its callees' time taken off; only traces tell.
  'self-time': { title: 'own time per request', unit: 'seconds', floor: 0.002 },
  'request-rate': { title: 'request rate', unit: 'per-second', floor: 0.1 },
  'error-ratio': { title: 'share of failed requests', unit: 'ratio', floor: 0.005 },
  cpu: { title: 'CPU use', unit: 'cores', floor: 0.01 },
  'cpu-throttled': { title: 'throttled CPU time per second', unit: 'seconds', floor: 0.02 },
  'throttled-periods': { title: 'share of throttled CPU periods', unit: 'ratio', floor: 0.02 },
  memory: { title: 'memory use', unit: 'bytes', floor: 4 * 2 ** 20 },
  'memory-limit': { title: 'memory limit', unit: 'bytes', floor: 2 ** 20 },
  restarts: { title: 'restarts', unit: 'count', floor: 0.2 },
  'network-receive': { title: 'network receive rate', unit: 'bytes-per-second', floor: 1 },
  'network-transmit': { title: 'network transmit rate', unit: 'bytes-per-second', floor: 1 },
  'packet-drops': { title: 'dropped packets', unit: 'per-second', floor: 0.2 },
  retransmits: { title: 'TCP retransmissions', unit: 'per-second', floor: 0.2 },
  'disk-io': { title: 'disk throughput', unit: 'bytes-per-second', floor: 64 * 2 ** 10 },
  'disk-reads': { title: 'disk read throughput', unit: 'bytes-per-second', floor: 64 * 2 ** 10 },
  threads: { title: 'threads', unit: 'count', floor: 20 },
  sockets: { title: 'open sockets', unit: 'count', floor: 20 },
  'open-files': { title: 'open file descriptors', unit: 'count', floor: 10 },
  'open-files-used': { title: 'share of the allowed open files', unit: 'ratio', floor: 0.02 },
  'threads-used': { title: 'share of the allowed threads', unit: 'ratio', floor: 0.02 },
  // Data services.
  'queue-lag': { title: 'consumer lag', unit: 'count', floor: 5 },
  'queue-consumed': { title: 'consumption rate', unit: 'per-second', floor: 0.1 },
  'queue-produced': { title: 'production rate', unit: 'per-second', floor: 0.1 },
  'cache-hit-ratio': { title: 'cache hit ratio', unit: 'ratio', floor: 0.02 },
  'cache-evictions': { title: 'cache evictions', unit: 'per-second', floor: 0.2 },
  'cache-fill': { title: 'cache memory in use', unit: 'ratio', floor: 0.02 },
  'query-time': { title: 'longest running query', unit: 'seconds', floor: 0.5 },
  'slow-queries': { title: 'slow queries', unit: 'per-second', floor: 0.02 },
  'lock-waits': { title: 'sessions waiting for locks', unit: 'count', floor: 0.5 },
  // Nodes.
  'node-cpu': { title: 'CPU use', unit: 'ratio', floor: 0.02 },
  'node-iowait': { title: 'CPU time waiting for disks', unit: 'ratio', floor: 0.01 },
  'node-load': { title: 'load average', unit: 'count', floor: 0.2 },
  'node-memory': { title: 'memory use', unit: 'ratio', floor: 0.01 },
  'node-retransmits': { title: 'TCP retransmissions', unit: 'per-second', floor: 0.1 },
  'node-net-errors': { title: 'network errors and drops', unit: 'per-second', floor: 0.2 },
  'node-disk-busy': { title: 'disk busy time', unit: 'ratio', floor: 0.02 },
  'node-disk-queue': { title: 'disk queue length', unit: 'count', floor: 0.5 },
  'node-filesystem': { title: 'fullest filesystem', unit: 'ratio', floor: 0.01 },
  'node-conntrack': { title: 'conntrack table use', unit: 'ratio', floor: 0.02 },
  'node-clock-offset': { title: 'clock offset', unit: 'seconds', floor: 0.005 },
  'node-clock-synced': { title: 'clock synchronised (1 is yes)', unit: 'count', floor: 0.1 },
  // Volumes.
  'volume-use': { title: 'volume use', unit: 'ratio', floor: 0.005 },
  'volume-inodes': { title: 'volume inode use', unit: 'ratio', floor: 0.005 },
  // Cluster services and control plane.
  'dns-latency': { title: 'DNS answer time', unit: 'seconds', floor: 0.005 },
  'dns-errors': { title: 'share of DNS SERVFAIL answers', unit: 'ratio', floor: 0.005 },
  'dns-unknown': { title: 'share of DNS NXDOMAIN answers', unit: 'ratio', floor: 0.02 },
  'api-latency': { title: 'API server tail latency', unit: 'seconds', floor: 0.05 },
  'api-rejected': { title: 'API requests rejected', unit: 'per-second', floor: 0.1 },
  'api-errors': { title: 'share of API requests failed by the server', unit: 'ratio', floor: 0.005 },
  'etcd-fsync': { title: 'etcd WAL fsync time', unit: 'seconds', floor: 0.005 },
  'etcd-commit': { title: 'etcd backend commit time', unit: 'seconds', floor: 0.005 },
  'etcd-quota': { title: 'etcd database use of its quota', unit: 'ratio', floor: 0.01 },
  'etcd-leader': { title: 'etcd member sees a leader (1 is yes)', unit: 'count', floor: 0.1 },
  // Autoscaling.
  'hpa-current': { title: 'replicas', unit: 'count', floor: 0.5 },
  'hpa-max': { title: 'replica ceiling', unit: 'count', floor: 0.5 },
  // Edges of the call graph; subject is the caller, peer the callee.
  'call-rate': { title: 'call rate', unit: 'per-second', floor: 0.1 },
  'call-error-ratio': { title: 'share of failed calls', unit: 'ratio', floor: 0.005 },
  'call-latency': { title: 'call latency seen by the caller', unit: 'seconds', floor: 0.004 },
  'serve-latency': { title: 'call latency seen by the callee', unit: 'seconds', floor: 0.004 },
  // What the caller waited beyond what the callee took: the network, proxies and queues between them.
  'network-time': { title: 'time between caller and callee', unit: 'seconds', floor: 0.002 },
} as const satisfies Readonly<Record<string, SignalSpec>>;

export type SignalName = keyof typeof SIGNALS;

/** Whether a text names a signal of the vocabulary. */
export function isSignalName(text: string): text is SignalName {
  return Object.hasOwn(SIGNALS, text);
}
