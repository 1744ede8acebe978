import type { Cause } from '@headwater/contracts/diagnosis/diagnosis.ts';

/** A root cause in the benchmark's words; `label` keys are compared after `canonical`. */
export interface LabelRule {
  readonly taxonomy: string;
  readonly label: string;
  /** Whether a cause of ours is this label. */
  readonly matches: (cause: Cause) => boolean;
}

function category(...slugs: string[]): (cause: Cause) => boolean {
  return (cause) => slugs.includes(cause.category);
}

function code(...prefixes: string[]): (cause: Cause) => boolean {
  return (cause) => cause.findings.some((finding) => prefixes.some((prefix) => finding.startsWith(prefix)));
}

function both(...tests: ((cause: Cause) => boolean)[]): (cause: Cause) => boolean {
  return (cause) => tests.every((test) => test(cause));
}

function saying(pattern: RegExp): (cause: Cause) => boolean {
  return ({ statement }) => pattern.test(statement);
}

/** From our categories to the benchmark's closed list; the first matching rule gives the label. */
export const LABELS: readonly LabelRule[] = [
  { taxonomy: 'Admission_Fault', label: 'missing_service_account', matches: category('service-account-missing') },
  {
    taxonomy: 'Admission_Fault',
    label: 'namespace_storage_quota_exceeded',
    matches: both(category('quota-exceeded'), saying(/storage|persistentvolumeclaims/i)),
  },
  {
    taxonomy: 'Admission_Fault',
    label: 'namespace_service_quota_exceeded',
    matches: both(category('quota-exceeded'), saying(/`(count\/)?services/i)),
  },
  {
    taxonomy: 'Admission_Fault',
    label: 'namespace_pod_quota_exceeded',
    matches: both(category('quota-exceeded'), saying(/`(count\/)?pods/i)),
  },
  {
    taxonomy: 'Admission_Fault',
    label: 'namespace_memory_quota_exceeded',
    matches: both(category('quota-exceeded'), saying(/memory/i)),
  },
  {
    taxonomy: 'Admission_Fault',
    label: 'namespace_cpu_quota_exceeded',
    matches: both(category('quota-exceeded'), saying(/cpu/i)),
  },
  { taxonomy: 'Infrastructure_Fault', label: 'containerd_unavailable', matches: category('container-runtime-down') },
  { taxonomy: 'Infrastructure_Fault', label: 'kube_proxy_unavailable', matches: category('kube-proxy-down') },
  { taxonomy: 'Infrastructure_Fault', label: 'kube_scheduler_unavailable', matches: category('scheduler-down') },
  { taxonomy: 'Infrastructure_Fault', label: 'kubelet_unavailable', matches: category('kubelet-down', 'node-lost') },
  {
    taxonomy: 'Infrastructure_Fault',
    label: 'node_network_packet_loss',
    matches: both(category('node-network-degraded'), saying(/\bloss|retransmi/i)),
  },
  { taxonomy: 'Infrastructure_Fault', label: 'node_network_delay', matches: category('node-network-degraded') },
  {
    taxonomy: 'Performance_Fault',
    label: 'pod_cpu_overload',
    matches: category('cpu-throttling', 'noisy-neighbour', 'traffic-surge'),
  },
  {
    taxonomy: 'Performance_Fault',
    label: 'pod_network_delay',
    // Slow for all who call it and measured by nobody: of the closed list only a delay does that.
    matches: (cause) =>
      category('network-delay', 'network-loss', 'version-slow')(cause) || code('latency/shared-callee')(cause),
  },
  { taxonomy: 'Runtime_Fault', label: 'liveness_probe_incorrect_port', matches: code('probe/liveness-port') },
  { taxonomy: 'Runtime_Fault', label: 'liveness_probe_incorrect_protocol', matches: code('probe/liveness-protocol') },
  {
    taxonomy: 'Runtime_Fault',
    label: 'liveness_probe_incorrect_timing',
    matches: code('probe/liveness-timing', 'probe/startup-timing'),
  },
  { taxonomy: 'Runtime_Fault', label: 'readiness_probe_incorrect_port', matches: code('probe/readiness-port') },
  { taxonomy: 'Runtime_Fault', label: 'readiness_probe_incorrect_protocol', matches: code('probe/readiness-protocol') },
  { taxonomy: 'Runtime_Fault', label: 'oom_killed', matches: category('oom-killed', 'memory-limit-too-low-to-start') },
  { taxonomy: 'Runtime_Fault', label: 'zero_replicas', matches: category('zero-replicas') },
  { taxonomy: 'Runtime_Fault', label: 'mysql_invalid_credentials', matches: category('credentials-invalid') },
  { taxonomy: 'Runtime_Fault', label: 'db_read_only', matches: category('database-read-only') },
  { taxonomy: 'Runtime_Fault', label: 'db_connection_exhaustion', matches: category('pool-exhausted') },
  { taxonomy: 'Runtime_Fault', label: 'sidecar_port_conflict', matches: category('port-conflict') },
  { taxonomy: 'Scheduling_Fault', label: 'cpu_capacity_mismatch', matches: category('insufficient-cpu') },
  { taxonomy: 'Scheduling_Fault', label: 'memory_capacity_mismatch', matches: category('insufficient-memory') },
  { taxonomy: 'Scheduling_Fault', label: 'node_affinity_mismatch', matches: category('node-affinity-mismatch') },
  { taxonomy: 'Scheduling_Fault', label: 'node_cordon_mismatch', matches: category('node-cordoned') },
  { taxonomy: 'Scheduling_Fault', label: 'node_selector_mismatch', matches: category('node-selector-mismatch') },
  { taxonomy: 'Scheduling_Fault', label: 'pod_anti_affinity_conflict', matches: category('anti-affinity-conflict') },
  { taxonomy: 'Scheduling_Fault', label: 'taint_toleration_mismatch', matches: category('taint-not-tolerated') },
  { taxonomy: 'Scheduling_Fault', label: 'pv_binding_occupied', matches: category('pv-already-bound') },
  { taxonomy: 'Scheduling_Fault', label: 'pvc_storage_class_mismatch', matches: category('storageclass-missing') },
  {
    taxonomy: 'Scheduling_Fault',
    label: 'pvc_access_mode_mismatch',
    matches: both(category('pv-pvc-mismatch'), saying(/access mode/i)),
  },
  {
    taxonomy: 'Scheduling_Fault',
    label: 'pvc_selector_mismatch',
    matches: both(category('pv-pvc-mismatch'), saying(/selector|label/i)),
  },
  {
    taxonomy: 'Scheduling_Fault',
    label: 'pvc_storage_class_mismatch',
    matches: both(category('pv-pvc-mismatch'), saying(/class/i)),
  },
  { taxonomy: 'Scheduling_Fault', label: 'pvc_capacity_mismatch', matches: category('pv-pvc-mismatch') },
  {
    taxonomy: 'Service_Routing_Fault',
    label: 'service_dns_resolution_failure',
    matches: category('dns-name-wrong', 'dns-config-wrong', 'dns-down'),
  },
  {
    taxonomy: 'Service_Routing_Fault',
    label: 'service_protocol_mismatch',
    matches: category('service-protocol-wrong'),
  },
  { taxonomy: 'Service_Routing_Fault', label: 'service_selector_mismatch', matches: category('selector-mismatch') },
  { taxonomy: 'Service_Routing_Fault', label: 'service_port_mapping_mismatch', matches: category('target-port-wrong') },
  { taxonomy: 'Service_Routing_Fault', label: 'gateway_misroute', matches: category('gateway-misroute') },
  {
    taxonomy: 'Runtime_Fault',
    label: 'mysql_invalid_port',
    matches: both(category('dependency-address-wrong'), code('dependency/database')),
  },
  {
    taxonomy: 'Service_Routing_Fault',
    label: 'service_env_var_address_mismatch',
    matches: category('dependency-address-wrong', 'service-missing'),
  },
  { taxonomy: 'Startup_Fault', label: 'image_registry_dns_failure', matches: category('registry-unresolvable') },
  { taxonomy: 'Startup_Fault', label: 'incorrect_image_reference', matches: category('image-not-found') },
  { taxonomy: 'Startup_Fault', label: 'missing_image_pull_secret', matches: category('image-pull-credentials') },
  { taxonomy: 'Startup_Fault', label: 'missing_secret_binding', matches: category('secret-missing', 'key-missing') },
  {
    taxonomy: 'Startup_Fault',
    label: 'volume_mount_permission_denied',
    matches: category('volume-permission', 'read-only-filesystem', 'security-context-denied'),
  },
];

// The benchmark names some causes in two ways and holds labels its given half never shows: those are matched by
// what the words say.
const SAME_MEANING: readonly [RegExp, string][] = [
  [/cred|password/, 'credentials'],
  [/(mysql|db|database).*port/, 'database_port'],
  [/sidecar|port_conflict/, 'sidecar_port_conflict'],
  [/read_?only/, 'read_only'],
  [/(db|database|mysql).*conn|max_conn|too_many_conn/, 'connections'],
  [/misrout/, 'misroute'],
  [/zero_?replica|replicas?_zero/, 'zero_replicas'],
  [/registry.*dns|dns.*registry/, 'image_registry_dns_failure'],
  [/dns/, 'dns'],
  [/pull_secret/, 'missing_image_pull_secret'],
  [/missing_secret|secret_(missing|binding)/, 'missing_secret'],
];

/** A label with spelling variants folded together. */
export function canonical(label: string): string {
  const lower = label.toLowerCase();
  return SAME_MEANING.find(([pattern]) => pattern.test(lower))?.[1] ?? lower;
}

/** The benchmark label of a cause of ours, or null when it has none. */
export function labelOf(cause: Cause): LabelRule | null {
  return LABELS.find(({ matches }) => matches(cause)) ?? null;
}
