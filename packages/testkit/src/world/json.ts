/** A JSON value that may still hold `undefined` fields; writers drop them. */
export interface Json {
  [field: string]: unknown;
}

export interface MetaJson extends Json {
  name: string;
  namespace?: string | undefined;
  uid: string;
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
  creationTimestamp: string;
}

/** A Kubernetes object as an API server prints it. */
export interface KubeJson extends Json {
  apiVersion: string;
  kind: string;
  metadata: MetaJson;
}

/** A copy without `undefined` fields, so that memory and file agree. */
export function clean<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => clean<unknown>(item)) as T;
  if (value === null || typeof value !== 'object') return value;
  const copy: Json = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) copy[key] = clean(item);
  return copy as T;
}
