/** A kind a recorder lists, with the plural its file is named after. */
export interface RecordedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

function kinds(apiVersion: string, namespaced: boolean, names: Readonly<Record<string, string>>): RecordedKind[] {
  return Object.entries(names).map(([kind, plural]) => ({ apiVersion, kind, plural, namespaced }));
}

/** What a recorder lists of every cluster; a kind without objects is recorded as an empty list. */
export const RECORDED_KINDS: readonly RecordedKind[] = [
  ...kinds('v1', true, {
    ConfigMap: 'configmaps',
    Endpoints: 'endpoints',
    LimitRange: 'limitranges',
    PersistentVolumeClaim: 'persistentvolumeclaims',
    Pod: 'pods',
    ResourceQuota: 'resourcequotas',
    Secret: 'secrets',
    Service: 'services',
    ServiceAccount: 'serviceaccounts',
  }),
  ...kinds('v1', false, { Namespace: 'namespaces', Node: 'nodes', PersistentVolume: 'persistentvolumes' }),
  ...kinds('apps/v1', true, {
    ControllerRevision: 'controllerrevisions',
    DaemonSet: 'daemonsets',
    Deployment: 'deployments',
    ReplicaSet: 'replicasets',
    StatefulSet: 'statefulsets',
  }),
  ...kinds('batch/v1', true, { CronJob: 'cronjobs', Job: 'jobs' }),
  ...kinds('autoscaling/v2', true, { HorizontalPodAutoscaler: 'horizontalpodautoscalers' }),
  ...kinds('policy/v1', true, { PodDisruptionBudget: 'poddisruptionbudgets' }),
  ...kinds('networking.k8s.io/v1', true, { Ingress: 'ingresses', NetworkPolicy: 'networkpolicies' }),
  ...kinds('networking.k8s.io/v1', false, { IngressClass: 'ingressclasses' }),
  ...kinds('discovery.k8s.io/v1', true, { EndpointSlice: 'endpointslices' }),
  ...kinds('coordination.k8s.io/v1', true, { Lease: 'leases' }),
  ...kinds('rbac.authorization.k8s.io/v1', true, { Role: 'roles', RoleBinding: 'rolebindings' }),
  ...kinds('rbac.authorization.k8s.io/v1', false, {
    ClusterRole: 'clusterroles',
    ClusterRoleBinding: 'clusterrolebindings',
  }),
  ...kinds('storage.k8s.io/v1', false, { StorageClass: 'storageclasses', VolumeAttachment: 'volumeattachments' }),
  ...kinds('scheduling.k8s.io/v1', false, { PriorityClass: 'priorityclasses' }),
  ...kinds('admissionregistration.k8s.io/v1', false, {
    MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
    ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
  }),
  ...kinds('apiregistration.k8s.io/v1', false, { APIService: 'apiservices' }),
  ...kinds('apiextensions.k8s.io/v1', false, { CustomResourceDefinition: 'customresourcedefinitions' }),
  ...kinds('certificates.k8s.io/v1', false, { CertificateSigningRequest: 'certificatesigningrequests' }),
];

/** The plural of any kind, custom ones by the usual rule. */
export function pluralOf(kind: string): string {
  const known = RECORDED_KINDS.find((candidate) => candidate.kind === kind);
  if (known) return known.plural;
  const lower = kind.toLowerCase();
  return /(s|x|ch|sh)$/.test(lower) ? `${lower}es` : lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}

/** What an API server says when the recorder may not list a kind. */
export function refusalOf(plural: string): string {
  return `${plural} is forbidden: User "system:serviceaccount:headwater:recorder" cannot list resource "${plural}" in API group "" at the cluster scope`;
}
