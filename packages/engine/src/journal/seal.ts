import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { isJsonObject } from '@headwater/core/json.ts';
import { maskText } from '@headwater/core/masking/mask.ts';
import { redactObject } from '@headwater/core/masking/redact-object.ts';
import { isBookkeeping, nodeConditions } from '@headwater/diagnosis/changes/content.ts';
import { isHelmRelease } from '@headwater/diagnosis/changes/kinds.ts';
import type { JournalHashes } from '../ports/journal-hashes.ts';

/** An object as the journal keeps it. */
export interface Sealed {
  readonly body: string;
  readonly content: string;
}

/** Beyond this, long values are kept as their length and keyed hash: that one changed is still seen. */
export const MAX_BODY = 256 * 1024;
const LONG_TEXT = 1_024;
const LONG_TREE = 16 * 1024;

/** Reduces an object to what somebody decided about it, without values of Secrets and without credentials, and hashes that. */
export function seal(object: KubeObject, hashes: JournalHashes): Sealed {
  const decided = decidedBody(object, hashes);
  let body = canonicalJson(decided);
  if (body.length > MAX_BODY) body = canonicalJson(shortened(decided, hashes, 0));
  return { body, content: hashes.content(body) };
}

function decidedBody(object: KubeObject, hashes: JournalHashes): Record<string, unknown> {
  if (isHelmRelease(object)) return releaseBody(object);
  const { apiVersion, kind, metadata, status, ...rest } = object;
  const { name, namespace, labels, annotations, finalizers } = metadata;
  const decided = {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations: ownAnnotations(annotations) } : {}),
      ...(finalizers ? { finalizers } : {}),
    },
    ...rest,
    ...(kind === 'Node' ? { status: { conditions: conditionsOf(status) } } : {}),
    ...writtenOf(object),
  };
  return { ...redactObject(decided, hashes.value), ...maskedValues(object, hashes) };
}

// A release is told by its name and labels; what is inside is the whole chart. That a later revision took its place is no change of it.
function releaseBody({ apiVersion, kind, metadata }: KubeObject): Record<string, unknown> {
  const { name, owner, version, status } = metadata.labels ?? {};
  const labels = { name, owner, version, status: status === 'superseded' ? 'deployed' : status };
  return { apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace, labels } };
}

function ownAnnotations(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => !isBookkeeping(`metadata.annotations['${key}']`)),
  );
}

function conditionsOf(status: unknown): object[] {
  return Object.entries(nodeConditions(status))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([type, state]) => ({ type, status: state }));
}

// Whose values may not be read is known by its metadata alone. A Secret has no status: each write of it is a decision.
function writtenOf({ kind, apiVersion, metadata, ...rest }: KubeObject): object {
  if (kind !== 'Secret' || apiVersion !== 'v1' || isJsonObject(rest['data'])) return {};
  return { written: metadata.resourceVersion ?? '' };
}

// A document with a password inside is stored masked; its hash still tells that the password was changed.
function maskedValues({ kind, ...object }: KubeObject, hashes: JournalHashes): object {
  const { data } = object as { data?: unknown };
  if (kind !== 'ConfigMap' || !isJsonObject(data)) return {};
  const masked = Object.entries(data).filter(([, value]) => typeof value === 'string' && maskText(value) !== value);
  if (masked.length === 0) return {};
  return { maskedValues: Object.fromEntries(masked.map(([key, value]) => [key, hashes.value(String(value))])) };
}

function shortened(value: unknown, hashes: JournalHashes, depth: number): unknown {
  if (typeof value === 'string') return value.length <= LONG_TEXT ? value : digest(value, 'characters', hashes);
  if (value === null || typeof value !== 'object') return value;
  // The frame of an object stays readable whatever its size.
  if (depth > 2) {
    const text = canonicalJson(value);
    if (text.length > LONG_TREE) return digest(text, 'characters of JSON', hashes);
  }
  if (Array.isArray(value)) return value.map((item) => shortened(item, hashes, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item, hashes, depth + 1)]));
}

function digest(text: string, unit: string, hashes: JournalHashes): string {
  return `<${text.length} ${unit}, hmac-sha256 ${hashes.value(text)}>`;
}
