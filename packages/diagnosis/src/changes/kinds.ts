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
  /^(?:kube-root-ca\.crt|openshift-service-ca\.crt|istio-ca-root-cert|extension-apiserver-authentication|sh\.helm\.release\.v1\..*)$/;

/** Whether no object of a kind is ever somebody's decision. */
export function isDerivedKind(kind: string): boolean {
  return DERIVED_KINDS.has(kind);
}

/** Whether an object is somebody's decision, rather than what a controller derives from one. */
export function isAuthored({ kind, metadata }: KubeObject): boolean {
  if (metadata.ownerReferences?.some(({ controller }) => controller)) return false;
  return !DERIVED_KINDS.has(kind) && !DERIVED_NAMES.test(metadata.name);
}

// Faults are injected by objects that a schedule or workflow owns; each of them still is an act.
const INJECTED = /^(?:chaos-mesh\.org|litmuschaos\.io)\//;
// Operators render what a person changed elsewhere into these, and what reads them sees only these.
const RENDERED_KINDS = new Set(['ConfigMap', 'Secret']);

const HELM_RELEASE = /^sh\.helm\.release\.v1\..+\.v\d+$/;

/** Whether an object is where Helm stores a revision of a release. */
export function isHelmRelease({ kind, metadata }: KubeObject): boolean {
  return kind === 'Secret' && HELM_RELEASE.test(metadata.name);
}

/** Whether the versions of an object tell of changes: what somebody decided, faults injected, and configuration rendered from elsewhere. */
export function isJournaled(object: KubeObject): boolean {
  if (DERIVED_KINDS.has(object.kind) || DERIVED_NAMES.test(object.metadata.name)) return false;
  return RENDERED_KINDS.has(object.kind) || INJECTED.test(object.apiVersion) || isAuthored(object);
}
