/** Labels whose value names a workload or Service without saying which kind. */
export const LOOSE_LABELS: readonly string[] = [
  'workload',
  'app',
  'service_name',
  'service',
  'destination_workload',
  'destination_service_name',
  'destination_service',
  'destination_canonical_service',
  'destination_app',
  'app_kubernetes_io_name',
  'component',
  'job',
];

/** Labels that name a kind in their own spelling (kube-state-metrics, older exporters). */
export const LABEL_KINDS: ReadonlyMap<string, string> = new Map([
  ['job_name', 'Job'],
  ['hpa', 'HorizontalPodAutoscaler'],
  ['pvc', 'PersistentVolumeClaim'],
  ['volumename', 'PersistentVolume'],
  ['node', 'Node'],
  ['nodename', 'Node'],
  ['kubernetes_node', 'Node'],
  ['exported_pod', 'Pod'],
  ['pod_name', 'Pod'],
]);

/** Metric plumbing, not subjects. */
export const PLUMBING_LABELS: ReadonlySet<string> = new Set([
  'alertname',
  'severity',
  'prometheus',
  'container',
  'endpoint',
  'cluster',
  'namespace',
  'exported_namespace',
  'uid',
  'reason',
]);

/** The namespace an alert is about; the scrape target's own only when the metric names none. */
export function labelNamespace(labels: Readonly<Record<string, string>>): string | undefined {
  return (
    labels['exported_namespace'] ??
    labels['namespace'] ??
    labels['destination_workload_namespace'] ??
    labels['k8s_namespace_name']
  );
}

/** A label's name as the lower-case kind it may name: `exported_deployment` and `k8s_deployment_name` are `deployment`. */
export function kindWord(label: string): string {
  return label.replace(/^exported_|_name$|^k8s_/g, '').replaceAll('_', '');
}
