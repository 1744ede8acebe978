import { counter, type FamilyTable, gauge, type Labels } from './family.ts';

const mode = (wanted: string) => (labels: Labels) => labels['mode'] === wanted;
// Virtual interfaces drop packets as part of their job; only physical ones speak of the node's network.
const physical = ({ device }: Labels): boolean =>
  device === undefined || !/^(lo|veth|cali|cni|docker|br-|virbr|lxc|flannel|tunl|kube-|nodelocaldns)/.test(device);
const real = ({ fstype, mountpoint }: Labels): boolean =>
  !/^(tmpfs|ramfs|overlay|squashfs|nsfs)$/.test(fstype ?? '') &&
  !/^\/(boot|run|proc|sys|var\/lib\/kubelet\/pods)/.test(mountpoint ?? '');
const disk = ({ device }: Labels): boolean => device === undefined || !/^(loop|ram|sr|fd|dm-\d+$)/.test(device);

/** Nodes: recorded series with label `node`, node_exporter with `instance`, the kubelet with `node`. */
export const NODE_FAMILIES: FamilyTable = [
  ['node:cpu_usage:ratio', gauge('node-cpu', 'node', { fold: 'mean' })],
  ['node:memory_usage:ratio', gauge('node-memory', 'node', { fold: 'mean' })],
  ['node:tcp_retransmits:rate', gauge('node-retransmits', 'node')],
  ['node:disk_busy:ratio', gauge('node-disk-busy', 'node', { fold: 'max' })],
  ['instance:node_cpu_utilisation:rate5m', gauge('node-cpu', 'node', { fold: 'mean' })],
  ['instance:node_cpu_utilisation:rate1m', gauge('node-cpu', 'node', { fold: 'mean' })],
  [
    'node_cpu_seconds_total',
    counter('node-cpu', 'node', { only: mode('idle'), over: {}, complement: true }),
    counter('node-iowait', 'node', { only: mode('iowait'), over: {} }),
  ],
  ['node_load1', gauge('node-load', 'node', { fold: 'max' })],
  [
    'node_memory_MemAvailable_bytes',
    gauge('node-memory', 'node', { over: { metrics: ['node_memory_MemTotal_bytes'] }, complement: true }),
  ],
  ['instance:node_memory_utilisation:ratio', gauge('node-memory', 'node', { fold: 'mean' })],
  ['node_netstat_Tcp_RetransSegs', counter('node-retransmits', 'node')],
  ['node_network_receive_errs_total', counter('node-net-errors', 'node', { only: physical })],
  ['node_network_transmit_errs_total', counter('node-net-errors', 'node', { only: physical })],
  ['node_network_receive_drop_total', counter('node-net-errors', 'node', { only: physical })],
  ['node_network_transmit_drop_total', counter('node-net-errors', 'node', { only: physical })],
  ['node_disk_io_time_seconds_total', counter('node-disk-busy', 'node', { only: disk, fold: 'max' })],
  ['instance_device:node_disk_io_time_seconds:rate5m', gauge('node-disk-busy', 'node', { only: disk, fold: 'max' })],
  ['node_disk_io_time_weighted_seconds_total', counter('node-disk-queue', 'node', { only: disk, fold: 'max' })],
  [
    'instance_device:node_disk_io_time_weighted_seconds:rate5m',
    gauge('node-disk-queue', 'node', { only: disk, fold: 'max' }),
  ],
  [
    'node_filesystem_avail_bytes',
    gauge('node-filesystem', 'node', {
      only: real,
      over: { metrics: ['node_filesystem_size_bytes'], only: real },
      pairwise: true,
      fold: 'max',
      complement: true,
    }),
  ],
  [
    'node_nf_conntrack_entries',
    gauge('node-conntrack', 'node', { over: { metrics: ['node_nf_conntrack_entries_limit'] } }),
  ],
  ['node_timex_offset_seconds', gauge('node-clock-offset', 'node', { fold: 'max', absolute: true })],
  ['node_ntp_offset_seconds', gauge('node-clock-offset', 'node', { fold: 'max', absolute: true })],
  ['node_timex_sync_status', gauge('node-clock-synced', 'node', { fold: 'min' })],
  [
    'kubelet_volume_stats_used_bytes',
    gauge('volume-use', 'volume', { over: { metrics: ['kubelet_volume_stats_capacity_bytes'] } }),
  ],
  [
    'kubelet_volume_stats_available_bytes',
    gauge('volume-use', 'volume', { over: { metrics: ['kubelet_volume_stats_capacity_bytes'] }, complement: true }),
  ],
  [
    'kubelet_volume_stats_inodes_used',
    gauge('volume-inodes', 'volume', { over: { metrics: ['kubelet_volume_stats_inodes'] } }),
  ],
  [
    'kubelet_volume_stats_inodes_free',
    gauge('volume-inodes', 'volume', { over: { metrics: ['kubelet_volume_stats_inodes'] }, complement: true }),
  ],
];
