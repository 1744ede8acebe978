import { counter, type Family, type FamilyTable, gauge, type Labels } from './family.ts';

const servfail = ({ rcode }: Labels): boolean => rcode === 'SERVFAIL' || rcode === 'REFUSED';
const unknown = ({ rcode }: Labels): boolean => rcode === 'NXDOMAIN';
// A watch lasts as long as its client likes; its duration says nothing.
const short = ({ verb, subresource }: Labels): boolean =>
  !/^(WATCH|CONNECT)$/i.test(verb ?? '') && !/^(exec|attach|log|portforward|proxy)$/.test(subresource ?? '');
const tooMany = ({ code }: Labels): boolean => code === '429';
const failed = ({ code }: Labels): boolean => code?.startsWith('5') === true;

function tail(signal: Family['signal'], component: string, only?: (labels: Labels) => boolean): Family {
  return { signal, by: 'component', component, shape: 'buckets', fold: 'sum', q: 0.99, ...(only ? { only } : {}) };
}

/** CoreDNS, the API server, etcd and the autoscaler, as the kube-prometheus stack scrapes them. */
export const PLATFORM_FAMILIES: FamilyTable = [
  ['coredns_dns_request_duration_seconds_bucket', tail('dns-latency', 'coredns')],
  [
    'coredns_dns_responses_total',
    counter('dns-errors', 'component', { component: 'coredns', only: servfail, over: {} }),
    counter('dns-unknown', 'component', { component: 'coredns', only: unknown, over: {} }),
  ],
  ['apiserver_request_duration_seconds_bucket', tail('api-latency', 'kube-apiserver', short)],
  ['apiserver_request_sli_duration_seconds_bucket', tail('api-latency', 'kube-apiserver', short)],
  [
    'apiserver_flowcontrol_rejected_requests_total',
    counter('api-rejected', 'component', { component: 'kube-apiserver' }),
  ],
  ['apiserver_request_terminations_total', counter('api-rejected', 'component', { component: 'kube-apiserver' })],
  [
    'apiserver_request_total',
    counter('api-rejected', 'component', { component: 'kube-apiserver', only: tooMany }),
    counter('api-errors', 'component', { component: 'kube-apiserver', only: failed, over: {} }),
  ],
  ['etcd_disk_wal_fsync_duration_seconds_bucket', tail('etcd-fsync', 'etcd')],
  ['etcd_disk_backend_commit_duration_seconds_bucket', tail('etcd-commit', 'etcd')],
  [
    'etcd_mvcc_db_total_size_in_bytes',
    gauge('etcd-quota', 'component', {
      component: 'etcd',
      fold: 'max',
      pairwise: true,
      over: { metrics: ['etcd_server_quota_backend_bytes'] },
    }),
  ],
  ['etcd_server_has_leader', gauge('etcd-leader', 'component', { component: 'etcd', fold: 'min' })],
  ['kube_horizontalpodautoscaler_status_current_replicas', gauge('hpa-current', 'hpa', { fold: 'max' })],
  ['kube_horizontalpodautoscaler_spec_max_replicas', gauge('hpa-max', 'hpa', { fold: 'max' })],
];
