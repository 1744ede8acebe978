import type { z } from 'zod';
import {
  bool,
  conditions,
  intOrString,
  kind,
  LabelSelectorShape,
  labels,
  list,
  num,
  obj,
  objectReference,
  quantities,
  str,
  strings,
} from './common.ts';

export const Node = kind({
  spec: obj({
    unschedulable: bool,
    podCIDR: str,
    providerID: str,
    taints: list({ key: str, value: str, effect: str, timeAdded: str }),
  }),
  status: obj({
    capacity: quantities,
    allocatable: quantities,
    conditions,
    addresses: list({ type: str, address: str }),
    nodeInfo: obj({
      bootID: str,
      kubeletVersion: str,
      containerRuntimeVersion: str,
      architecture: str,
      kernelVersion: str,
    }),
  }),
});
export type Node = z.infer<typeof Node>;

export const Namespace = kind({ spec: obj({ finalizers: strings }), status: obj({ phase: str, conditions }) });
export type Namespace = z.infer<typeof Namespace>;

export const ConfigMap = kind({ data: labels, binaryData: labels, immutable: bool });
export type ConfigMap = z.infer<typeof ConfigMap>;

/** A Secret by its names only: `data` maps keys to redacted text, never to values. */
export const Secret = kind({ type: str, data: labels });
export type Secret = z.infer<typeof Secret>;

export const ServiceAccount = kind({ secrets: list({ name: str }), imagePullSecrets: list({ name: str }) });
export type ServiceAccount = z.infer<typeof ServiceAccount>;

const rules = list({
  verbs: strings,
  apiGroups: strings,
  resources: strings,
  resourceNames: strings,
  nonResourceURLs: strings,
});

export const Role = kind({ rules });
export type Role = z.infer<typeof Role>;

export const RoleBinding = kind({
  roleRef: obj({ apiGroup: str, kind: str, name: str }),
  subjects: list({ kind: str, name: str, namespace: str, apiGroup: str }),
});
export type RoleBinding = z.infer<typeof RoleBinding>;

export const ResourceQuota = kind({
  spec: obj({ hard: quantities, scopes: strings }),
  status: obj({ hard: quantities, used: quantities }),
});
export type ResourceQuota = z.infer<typeof ResourceQuota>;

export const LimitRange = kind({
  spec: obj({
    limits: list({
      type: str,
      max: quantities,
      min: quantities,
      default: quantities,
      defaultRequest: quantities,
      maxLimitRequestRatio: quantities,
    }),
  }),
});
export type LimitRange = z.infer<typeof LimitRange>;

export const PriorityClass = kind({ value: num, globalDefault: bool, preemptionPolicy: str });
export type PriorityClass = z.infer<typeof PriorityClass>;

export const Lease = kind({
  spec: obj({
    holderIdentity: str,
    renewTime: str,
    acquireTime: str,
    leaseDurationSeconds: num,
    leaseTransitions: num,
  }),
});
export type Lease = z.infer<typeof Lease>;

const clientConfig = obj({
  url: str,
  caBundle: str,
  service: obj({ name: str, namespace: str, path: str, port: num }),
});

/** Validating and mutating webhook configurations share this shape. */
export const WebhookConfiguration = kind({
  webhooks: list({
    name: str,
    failurePolicy: str,
    timeoutSeconds: num,
    namespaceSelector: LabelSelectorShape,
    objectSelector: LabelSelectorShape,
    clientConfig,
    rules: list({ apiGroups: strings, apiVersions: strings, operations: strings, resources: strings, scope: str }),
  }),
});
export type WebhookConfiguration = z.infer<typeof WebhookConfiguration>;

export const APIService = kind({
  spec: obj({ group: str, version: str, service: obj({ name: str, namespace: str, port: num }) }),
  status: obj({ conditions }),
});
export type APIService = z.infer<typeof APIService>;

export const CustomResourceDefinition = kind({
  spec: obj({
    group: str,
    scope: str,
    names: obj({ kind: str, plural: str }),
    versions: list({ name: str, served: bool, storage: bool }),
  }),
  status: obj({ conditions }),
});
export type CustomResourceDefinition = z.infer<typeof CustomResourceDefinition>;

export const Event = kind({
  involvedObject: objectReference,
  regarding: objectReference,
  related: objectReference,
  reason: str,
  message: str,
  note: str,
  type: str,
  action: str,
  count: num,
  deprecatedCount: num,
  firstTimestamp: str,
  lastTimestamp: str,
  deprecatedFirstTimestamp: str,
  deprecatedLastTimestamp: str,
  eventTime: str,
  series: obj({ count: num, lastObservedTime: str }),
  source: obj({ component: str, host: str }),
  reportingComponent: str,
  reportingController: str,
});
export type Event = z.infer<typeof Event>;

export const CertificateSigningRequest = kind({
  spec: obj({ signerName: str, username: str }),
  status: obj({ conditions }),
});
export type CertificateSigningRequest = z.infer<typeof CertificateSigningRequest>;

/** Any kind we have no schema for: identity, conditions and otherwise unknown content. */
export const Generic = kind({ status: obj({ conditions, phase: intOrString }) });
export type Generic = z.infer<typeof Generic>;
