/** One resource the Kubernetes API serves; `group` is empty for the core group. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
}

// group/version, then kind, plural, short names; a leading `*` marks a cluster-scoped kind.
const TABLE: Readonly<Record<string, string>> = {
  v1: `
    ConfigMap configmaps cm; Endpoints endpoints ep; Event events ev; LimitRange limitranges limits;
    *Namespace namespaces ns; *Node nodes no; PersistentVolumeClaim persistentvolumeclaims pvc;
    *PersistentVolume persistentvolumes pv; Pod pods po; PodTemplate podtemplates;
    ReplicationController replicationcontrollers rc; ResourceQuota resourcequotas quota; Secret secrets;
    ServiceAccount serviceaccounts sa; Service services svc; *ComponentStatus componentstatuses cs`,
  'admissionregistration.k8s.io/v1': `
    *MutatingWebhookConfiguration mutatingwebhookconfigurations;
    *ValidatingWebhookConfiguration validatingwebhookconfigurations;
    *ValidatingAdmissionPolicy validatingadmissionpolicies;
    *ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings`,
  'apiextensions.k8s.io/v1': '*CustomResourceDefinition customresourcedefinitions crd crds',
  'apiregistration.k8s.io/v1': '*APIService apiservices',
  'apps/v1': `
    ControllerRevision controllerrevisions; DaemonSet daemonsets ds; Deployment deployments deploy;
    ReplicaSet replicasets rs; StatefulSet statefulsets sts`,
  'autoscaling/v2': 'HorizontalPodAutoscaler horizontalpodautoscalers hpa',
  'autoscaling.k8s.io/v1': 'VerticalPodAutoscaler verticalpodautoscalers vpa',
  'batch/v1': 'CronJob cronjobs cj; Job jobs',
  'certificates.k8s.io/v1': '*CertificateSigningRequest certificatesigningrequests csr',
  'coordination.k8s.io/v1': 'Lease leases',
  'discovery.k8s.io/v1': 'EndpointSlice endpointslices',
  'events.k8s.io/v1': 'Event events ev',
  'flowcontrol.apiserver.k8s.io/v1': `
    *FlowSchema flowschemas; *PriorityLevelConfiguration prioritylevelconfigurations`,
  'gateway.networking.k8s.io/v1': '*GatewayClass gatewayclasses gc; Gateway gateways gtw; HTTPRoute httproutes',
  'metrics.k8s.io/v1beta1': '*NodeMetrics nodes; PodMetrics pods',
  'networking.k8s.io/v1': 'Ingress ingresses ing; *IngressClass ingressclasses; NetworkPolicy networkpolicies netpol',
  'node.k8s.io/v1': '*RuntimeClass runtimeclasses',
  'policy/v1': 'PodDisruptionBudget poddisruptionbudgets pdb',
  'rbac.authorization.k8s.io/v1': `
    *ClusterRoleBinding clusterrolebindings; *ClusterRole clusterroles; RoleBinding rolebindings; Role roles`,
  'scheduling.k8s.io/v1': '*PriorityClass priorityclasses pc',
  'storage.k8s.io/v1': `
    *CSIDriver csidrivers; *CSINode csinodes; CSIStorageCapacity csistoragecapacities;
    *StorageClass storageclasses sc; *VolumeAttachment volumeattachments`,
};

/** The resources every cluster serves, in group and kind order. */
export const RESOURCE_TYPES: readonly ResourceType[] = Object.entries(TABLE).flatMap(([apiVersion, rows]) =>
  rows.split(';').map((row) => resourceOf(apiVersion, row.trim().split(/\s+/))),
);

function resourceOf(apiVersion: string, [kind = '', plural = '', ...shortNames]: string[]): ResourceType {
  const namespaced = !kind.startsWith('*');
  return { ...splitApiVersion(apiVersion), kind: kind.replace('*', ''), plural, namespaced, shortNames };
}

/** `apps/v1` as group `apps` and version `v1`; the core group is empty. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** Group and version as one: `apps/v1`, or `v1` for the core group. */
export function joinApiVersion({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The built-in resource of a kind, whatever the version; undefined for kinds a cluster was taught. */
export function resourceOfKind(apiVersion: string, kind: string): ResourceType | undefined {
  const { group } = splitApiVersion(apiVersion);
  return RESOURCE_TYPES.find((type) => type.kind === kind && type.group === group);
}

/**
 * The built-in resource a person or a file name means: plural, singular, kind or short name in any case, optionally with its
 * group (`ingresses.networking.k8s.io`). Undefined when nothing has that name.
 */
export function resourceNamed(name: string): ResourceType | undefined {
  const [word = '', ...group] = name.toLowerCase().split('.');
  return RESOURCE_TYPES.find(
    (type) => (group.length === 0 || type.group === group.join('.')) && namesOf(type).includes(word),
  );
}

function namesOf(type: ResourceType): readonly string[] {
  return [type.plural, type.kind.toLowerCase(), ...type.shortNames];
}

/** The plural a resource of an unknown kind most likely has: `Gateway` gateways, `Policy` policies, `Ingress` ingresses. */
export function guessPlural(kind: string): string {
  const word = kind.toLowerCase();
  if (/(s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return `${word}s`;
}
