import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';

// Written by controllers all day; none of them is a decision somebody took.
const DERIVED_KINDS = new Set([
  'Event',
  'Lease',
  'Endpoints',
  'EndpointSlice',
  'ControllerRevision',
  'ReplicaSet',
  'PodMetrics',
  'NodeMetrics',
  'CiliumEndpoint',
  'CiliumIdentity',
  'CiliumNode',
  'IPAMBlock',
  'IPAMHandle',
  'BlockAffinity',
  'TokenReview',
  'CSINode',
  'CSIStorageCapacity',
  'VolumeAttachment',
  'FlowSchema',
  'PriorityLevelConfiguration',
  'ComponentStatus',
  'PolicyReport',
  'ClusterPolicyReport',
  'EphemeralReport',
  'AdmissionReport',
  'BackgroundScanReport',
  'RuntimeClass',
  'ServiceCIDR',
  'IPAddress',
]);
const DERIVED_NAMES =
  /^(?:kube-root-ca\.crt|openshift-service-ca\.crt|istio-ca-root-cert|extension-apiserver-authentication)$/;

/** Whether an object is somebody's decision, rather than what a controller derives from one. */
export function isAuthored(object: KubeObject): boolean {
  if (DERIVED_KINDS.has(object.kind) || DERIVED_NAMES.test(object.metadata.name)) return false;
  return !(object.metadata.ownerReferences ?? []).some(({ controller }) => controller);
}

/** Whether an object belongs to a fault-injection tool. */
export function isChaos(apiVersion: string | undefined): boolean {
  return /^(?:chaos-mesh\.org|litmuschaos\.io|chaosblade\.io|chaos\.[\w.-]+|powerfulseal[\w.]*|krkn[\w.-]*)\//.test(
    apiVersion ?? '',
  );
}
