import { z } from 'zod';

// Every field is optional and may be null: Go encodes empty slices and unset times as null, and foreign data is
// read leniently. Required-ness is a finding's business, not the parser's.
export const str = z.string().nullish();
export const num = z.number().nullish();
export const bool = z.boolean().nullish();
export const strings = z.array(z.string()).nullish();
export const labels = z.record(z.string(), z.string()).nullish();
export const quantities = z.record(z.string(), z.union([z.string(), z.number()])).nullish();
export const intOrString = z.union([z.number(), z.string()]).nullish();

/** An optional object whose unknown fields pass. */
export function obj<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject(shape).nullish();
}

/** An optional list of objects whose unknown fields pass. */
export function list<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.array(z.looseObject(shape)).nullish();
}

export const LabelSelectorShape = obj({
  matchLabels: labels,
  matchExpressions: list({ key: str, operator: str, values: strings }),
});

export const OwnerReference = { apiVersion: str, kind: str, name: str, uid: str, controller: bool };

export const Metadata = z.looseObject({
  name: z.string().default(''),
  namespace: str,
  uid: str,
  labels,
  annotations: labels,
  creationTimestamp: str,
  deletionTimestamp: str,
  deletionGracePeriodSeconds: num,
  generation: num,
  resourceVersion: str,
  finalizers: strings,
  ownerReferences: list(OwnerReference),
  managedFields: list({ manager: str, operation: str, time: str, subresource: str }),
});

/** One entry of `status.conditions`, the shape all kinds share. */
export const conditions = list({
  type: str,
  status: str,
  reason: str,
  message: str,
  lastTransitionTime: str,
  lastUpdateTime: str,
  lastHeartbeatTime: str,
  lastProbeTime: str,
});
export type Condition = NonNullable<z.infer<typeof conditions>>[number];

export const objectReference = obj({
  apiVersion: str,
  kind: str,
  namespace: str,
  name: str,
  uid: str,
  fieldPath: str,
});

/** A kind's schema: identity, metadata and the given fields; everything else passes untouched. */
export function kind<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: Metadata, ...shape });
}
