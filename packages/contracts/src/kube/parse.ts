import { z } from 'zod';
import { Generic } from './cluster.ts';
import { fitsOf } from './fits.ts';
import { isKnownKind, KIND_SCHEMAS, type KubeObject } from './kinds.ts';

/** One field of a foreign object that had the wrong type and was dropped. */
export interface DroppedField {
  readonly object: string;
  readonly path: string;
  readonly expected: string;
}

export interface ParsedObject {
  /** Null when the value is no Kubernetes object at all. */
  readonly object: KubeObject | null;
  readonly dropped: readonly DroppedField[];
}

const Identity = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z.looseObject({ name: z.string().min(1) }),
});

/** Reads one foreign object: fields of a wrong type are dropped and named, the rest is kept untouched. */
export function parseObject(value: unknown): ParsedObject {
  if (isIdentified(value) && fitsOf(schemaOf(value))(value)) return { object: value, dropped: NOTHING };
  const identity = Identity.safeParse(value);
  if (!identity.success) return { object: null, dropped: dropsOf(identity.error, describe(value)) };
  const schema = schemaOf(identity.data);
  const first = schema.safeParse(value);
  // The input itself is kept on success: copying 10,000 objects would double the memory for nothing.
  if (first.success) return { object: value as KubeObject, dropped: [] };
  return parseDamaged(structuredClone(value), schema, first.error);
}

const NOTHING: readonly DroppedField[] = [];

function isIdentified(value: unknown): value is KubeObject {
  if (value === null || typeof value !== 'object') return false;
  const { apiVersion, kind, metadata } = value as { apiVersion?: unknown; kind?: unknown; metadata?: unknown };
  if (metadata === null || typeof metadata !== 'object') return false;
  return [apiVersion, kind, (metadata as { name?: unknown }).name].every(
    (text) => typeof text === 'string' && text !== '',
  );
}

function schemaOf(identity: { apiVersion: string; kind: string }): z.ZodType {
  return isKnownKind(identity.kind) && !isForeignGroup(identity) ? KIND_SCHEMAS[identity.kind] : Generic;
}

function parseDamaged(value: unknown, schema: z.ZodType, firstError: z.ZodError): ParsedObject {
  const dropped: DroppedField[] = [];
  let error = firstError;
  for (let round = 0; round < 8; round++) {
    const paths = error.issues.map((issue) => issue.path).sort(deepestFirst);
    dropped.push(...dropsOf(error, describe(value)));
    for (const path of paths) removeAt(value, path);
    const next = schema.safeParse(value);
    if (next.success) return { object: value as KubeObject, dropped };
    error = next.error;
  }
  return { object: null, dropped };
}

// Names such as Service or Ingress are reused by other API groups with other shapes (Knative's Service).
function isForeignGroup({ apiVersion, kind }: { apiVersion: string; kind: string }): boolean {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  if (['Gateway', 'GatewayClass', 'HTTPRoute'].includes(kind)) return group !== 'gateway.networking.k8s.io';
  if (['VirtualService', 'DestinationRule', 'PeerAuthentication', 'AuthorizationPolicy'].includes(kind))
    return !group.endsWith('.istio.io');
  return group.includes('.') && !group.endsWith('.k8s.io');
}

function deepestFirst(left: PropertyKey[], right: PropertyKey[]): number {
  if (left.length !== right.length) return right.length - left.length;
  const [a, b] = [left.at(-1), right.at(-1)];
  return typeof a === 'number' && typeof b === 'number' ? b - a : 0;
}

function removeAt(root: unknown, path: PropertyKey[]): void {
  let parent: unknown = root;
  for (const key of path.slice(0, -1)) {
    if (parent === null || typeof parent !== 'object') return;
    parent = (parent as Record<PropertyKey, unknown>)[key];
  }
  const last = path.at(-1);
  if (last === undefined || parent === null || typeof parent !== 'object') return;
  if (Array.isArray(parent) && typeof last === 'number') parent.splice(last, 1);
  else delete (parent as Record<PropertyKey, unknown>)[last];
}

function dropsOf(error: z.ZodError, object: string): DroppedField[] {
  return error.issues.map((issue) => ({ object, path: formatPath(issue.path), expected: issue.message }));
}

function formatPath(path: PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return `a ${value === null ? 'null' : typeof value}`;
  const { kind, metadata } = value as { kind?: unknown; metadata?: { namespace?: unknown; name?: unknown } };
  const text = (part: unknown, otherwise: string): string =>
    typeof part === 'string' && part !== '' ? part : otherwise;
  const namespace = text(metadata?.namespace, '');
  return `${text(kind, 'object without kind')} ${namespace === '' ? '' : `${namespace}/`}${text(metadata?.name, '(no name)')}`;
}
