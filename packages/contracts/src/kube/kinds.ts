import { z } from 'zod';
import * as cluster from './cluster.ts';
import { Metadata } from './common.ts';
import * as mesh from './mesh.ts';
import * as network from './network.ts';
import { Pod } from './pod.ts';
import * as storage from './storage.ts';
import * as workloads from './workloads.ts';

/** The kinds the engine reads by schema. Kinds outside it are kept as they are. */
export const KIND_SCHEMAS = {
  Pod,
  Deployment: workloads.Deployment,
  ReplicaSet: workloads.ReplicaSet,
  StatefulSet: workloads.StatefulSet,
  DaemonSet: workloads.DaemonSet,
  Job: workloads.Job,
  CronJob: workloads.CronJob,
  HorizontalPodAutoscaler: workloads.HorizontalPodAutoscaler,
  PodDisruptionBudget: workloads.PodDisruptionBudget,
  Service: network.Service,
  Endpoints: network.Endpoints,
  EndpointSlice: network.EndpointSlice,
  Ingress: network.Ingress,
  IngressClass: network.IngressClass,
  Gateway: network.Gateway,
  GatewayClass: network.GatewayClass,
  HTTPRoute: network.HTTPRoute,
  NetworkPolicy: network.NetworkPolicy,
  VirtualService: mesh.VirtualService,
  DestinationRule: mesh.DestinationRule,
  PeerAuthentication: mesh.PeerAuthentication,
  AuthorizationPolicy: mesh.AuthorizationPolicy,
  Node: cluster.Node,
  Namespace: cluster.Namespace,
  ConfigMap: cluster.ConfigMap,
  Secret: cluster.Secret,
  ServiceAccount: cluster.ServiceAccount,
  Role: cluster.Role,
  ClusterRole: cluster.Role,
  RoleBinding: cluster.RoleBinding,
  ClusterRoleBinding: cluster.RoleBinding,
  ResourceQuota: cluster.ResourceQuota,
  LimitRange: cluster.LimitRange,
  PriorityClass: cluster.PriorityClass,
  Lease: cluster.Lease,
  ValidatingWebhookConfiguration: cluster.WebhookConfiguration,
  MutatingWebhookConfiguration: cluster.WebhookConfiguration,
  APIService: cluster.APIService,
  CustomResourceDefinition: cluster.CustomResourceDefinition,
  CertificateSigningRequest: cluster.CertificateSigningRequest,
  Event: cluster.Event,
  PersistentVolume: storage.PersistentVolume,
  PersistentVolumeClaim: storage.PersistentVolumeClaim,
  StorageClass: storage.StorageClass,
  VolumeAttachment: storage.VolumeAttachment,
} as const;

export type KnownKind = keyof typeof KIND_SCHEMAS;

/** The TypeScript shape of a known kind: `ObjectOf<'Pod'>`. */
export type ObjectOf<K extends KnownKind> = z.infer<(typeof KIND_SCHEMAS)[K]>;

/** Any Kubernetes object: identity and metadata are sure, the rest is foreign. */
export const KubeObject = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: Metadata });
export type KubeObject = z.infer<typeof KubeObject>;

/** Whether a kind name is one the engine reads by schema. */
export function isKnownKind(kind: string): kind is KnownKind {
  return Object.hasOwn(KIND_SCHEMAS, kind);
}
