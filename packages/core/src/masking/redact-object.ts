import { isJsonObject, type JsonObject, textOf } from '../json.ts';
import { isSensitiveName, maskText } from './mask.ts';

/** A keyed hash of a value as hexadecimal; undefined when no key is at hand, so that only the length is kept. */
export type ValueHash = ((value: string) => string) | undefined;

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MARKER = /^<redacted: \d+ bytes(?:, hmac-sha256 [0-9a-f]+)?>$/;

/** What stands for a secret value: its length, and its keyed hash so that equal values can still be seen to be equal. */
export function redactedValue(value: string, hash: ValueHash): string {
  return MARKER.test(value) ? value : marker(new TextEncoder().encode(value).length, value, hash);
}

function marker(bytes: number, value: string, hash: ValueHash): string {
  return hash ? `<redacted: ${bytes} bytes, hmac-sha256 ${hash(value)}>` : `<redacted: ${bytes} bytes>`;
}

/** A Secret with every value replaced; other objects are returned as they are. */
export function redactSecret<T>(object: T, hash?: ValueHash): T {
  if (!isJsonObject(object) || object['kind'] !== 'Secret' || object['apiVersion'] !== 'v1') return object;
  const copy: JsonObject = { ...object };
  if (isJsonObject(copy['data'])) copy['data'] = mapValues(copy['data'], (value) => redactedData(value, hash));
  if (isJsonObject(copy['stringData'])) {
    copy['stringData'] = mapValues(copy['stringData'], (value) => redactedValue(textOf(value), hash));
  }
  // kubectl apply leaves the values here a second time.
  copy['metadata'] = withAnnotation(copy['metadata'], (text) => redactedValue(text, hash));
  return copy as T;
}

/** Any Kubernetes object without credentials: Secret values, sensitive environment variables, tokens inside strings. */
export function redactObject<T>(object: T, hash?: ValueHash): T {
  if (!isJsonObject(object)) return object;
  if (object['kind'] === 'Secret' && object['apiVersion'] === 'v1') return redactSecret(object, hash);
  const { metadata, ...rest } = object;
  const copy = redactTree(rest, hash) as JsonObject;
  if (metadata === undefined) return copy as T;
  return { ...copy, metadata: redactMetadata(metadata, hash) } as T;
}

function redactMetadata(metadata: unknown, hash: ValueHash): unknown {
  if (!isJsonObject(metadata)) return metadata;
  // managedFields names fields and holds no values; walking it would double the work.
  const { managedFields, annotations, ...rest } = metadata;
  const copy = redactTree(rest, hash) as JsonObject;
  if (managedFields !== undefined) copy['managedFields'] = managedFields;
  if (!isJsonObject(annotations)) return annotations === undefined ? copy : { ...copy, annotations };
  const applied = { annotations: annotations[LAST_APPLIED] === undefined ? annotations : { ...annotations } };
  const { annotations: safe } = withAnnotation(applied, (text) => redactJsonText(text, hash)) as typeof applied;
  return {
    ...copy,
    annotations: mapEntries(safe, (key, value) => (key === LAST_APPLIED ? value : redactTree(value, hash))),
  };
}

function redactJsonText(text: string, hash: ValueHash): string {
  try {
    return JSON.stringify(redactObject(JSON.parse(text) as unknown, hash));
  } catch {
    return maskText(text);
  }
}

function redactTree(value: unknown, hash: ValueHash): unknown {
  if (typeof value === 'string') return MARKER.test(value) ? value : maskText(value);
  if (Array.isArray(value)) return value.map((item) => redactTree(item, hash));
  if (!isJsonObject(value)) return value;
  const { name, value: literal } = value;
  // An environment variable: the name says what the literal is.
  if (typeof name === 'string' && typeof literal === 'string' && isSensitiveName(name) && literal !== '') {
    return { ...mapValues(value, (item) => redactTree(item, hash)), value: keptOrRedacted(literal, hash) };
  }
  return mapEntries(value, (key, item) =>
    typeof item === 'string' && SENSITIVE_FIELD.test(key) && item !== ''
      ? keptOrRedacted(item, hash)
      : redactTree(item, hash),
  );
}

// `secret` and `credentials` are left out: as field names they hold the name of a Secret, which a diagnosis needs.
const SENSITIVE_FIELD = /(?:password|passwd|passphrase|token|api[_-]?key|private[_-]?key|secret[_-]?key)$/i;

function keptOrRedacted(value: string, hash: ValueHash): string {
  return /^\$[({]/.test(value) ? value : redactedValue(value, hash);
}

function withAnnotation(metadata: unknown, change: (text: string) => string): unknown {
  if (!isJsonObject(metadata) || !isJsonObject(metadata['annotations'])) return metadata;
  const text = metadata['annotations'][LAST_APPLIED];
  if (typeof text !== 'string') return metadata;
  return { ...metadata, annotations: { ...metadata['annotations'], [LAST_APPLIED]: change(text) } };
}

function redactedData(value: unknown, hash: ValueHash): string {
  const text = textOf(value);
  if (typeof value !== 'string' || MARKER.test(text)) return redactedValue(text, hash);
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    // Hashed as text, so that a Secret and an environment variable of the same value are seen to be equal.
    return marker(bytes.length, new TextDecoder().decode(bytes), hash);
  } catch {
    return redactedValue(text, hash);
  }
}

function mapValues(value: JsonObject, change: (item: unknown) => unknown): JsonObject {
  return mapEntries(value, (_key, item) => change(item));
}

function mapEntries(value: JsonObject, change: (key: string, item: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(key, item)]));
}
