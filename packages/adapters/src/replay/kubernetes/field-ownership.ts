import { canonicalJson } from '@headwater/core/ids.ts';
import { isJsonObject, type JsonObject, listOf } from '@headwater/core/json.ts';
import { mergeKeyOf } from './strategic-patch.ts';

/** A set of fields as `managedFields[].fieldsV1` writes it: `f:` fields, `k:` list items by key, `.` the item itself. */
export type FieldSet = { readonly [segment: string]: FieldSet };

/** One leaf of a field set, from the root. */
export type FieldPath = readonly string[];

// Identity is not owned by anybody.
const UNOWNED = new Set([
  'apiVersion',
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  'metadata.managedFields',
  'metadata.resourceVersion',
  'metadata.uid',
]);

/** The fields a configuration sets; lists of custom resources are one field each, because their keys are not known here. */
export function fieldsOf(config: JsonObject, keyedLists: boolean): FieldSet {
  return fieldsOfObject(config, '', keyedLists);
}

function fieldsOfObject(object: JsonObject, prefix: string, keyedLists: boolean): FieldSet {
  const set: Record<string, FieldSet> = {};
  for (const [key, value] of Object.entries(object)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (UNOWNED.has(path) || value === null) continue;
    if (isJsonObject(value)) {
      const inner = fieldsOfObject(value, path, keyedLists);
      if (Object.keys(inner).length > 0 || Object.keys(value).length === 0) set[`f:${key}`] = inner;
    } else set[`f:${key}`] = Array.isArray(value) && keyedLists ? fieldsOfList(key, value as unknown[], path) : {};
  }
  return set;
}

function fieldsOfList(field: string, items: readonly unknown[], path: string): FieldSet {
  const key = mergeKeyOf(field, items);
  if (key === undefined || !items.every((item) => isJsonObject(item) && item[key] !== undefined)) return {};
  const entries = items
    .filter(isJsonObject)
    .map((item) => [segmentOf(key, item), { '.': {}, ...fieldsOfObject(item, `${path}[]`, true) }]);
  return Object.fromEntries(entries) as FieldSet;
}

function segmentOf(key: string, item: JsonObject): string {
  return `k:${canonicalJson({ [key]: item[key] })}`;
}

/** The leaves of a set. */
export function leavesOf(set: FieldSet, prefix: FieldPath = []): FieldPath[] {
  return Object.entries(set).flatMap(([segment, inner]) => {
    const path = [...prefix, segment];
    return Object.keys(inner).length === 0 ? [path] : leavesOf(inner, path);
  });
}

/** A set from its leaves. */
export function setOf(leaves: readonly FieldPath[]): FieldSet {
  const root: Record<string, FieldSet> = {};
  for (const path of leaves) {
    let set = root;
    for (const segment of path) {
      set[segment] ??= {};
      set = set[segment];
    }
  }
  return root;
}

/** The value a leaf names in an object; undefined when there is none. */
export function valueAt(object: unknown, path: FieldPath): unknown {
  let value = object;
  for (const segment of path) {
    if (segment === '.') return value;
    value = child(value, segment);
  }
  return value;
}

function child(value: unknown, segment: string): unknown {
  if (segment.startsWith('f:')) return isJsonObject(value) ? value[segment.slice(2)] : undefined;
  return listOf(value).find((item) => matches(item, segment));
}

function matches(item: unknown, segment: string): boolean {
  if (!isJsonObject(item) || !segment.startsWith('k:')) return false;
  const wanted = JSON.parse(segment.slice(2)) as JsonObject;
  return Object.entries(wanted).every(([key, value]) => item[key] === value);
}

/** A copy of an object without one leaf. */
export function withoutLeaf(object: unknown, path: FieldPath): unknown {
  const [segment, ...rest] = path;
  if (segment === undefined || segment === '.') return undefined;
  if (segment.startsWith('k:')) {
    return listOf(object).flatMap((item) => {
      if (!matches(item, segment)) return [item];
      const left = withoutLeaf(item, rest);
      return left === undefined ? [] : [left];
    });
  }
  if (!isJsonObject(object)) return object;
  const key = segment.slice(2);
  const copy = { ...object };
  if (rest.length === 0) delete copy[key];
  else if (copy[key] !== undefined) copy[key] = withoutLeaf(copy[key], rest);
  return copy;
}

/** A leaf as messages spell it: `.spec.template.spec.containers[name="app"].image`. */
export function formatLeaf(path: FieldPath): string {
  return path
    .map((segment) => {
      if (segment.startsWith('f:')) return `.${segment.slice(2)}`;
      if (!segment.startsWith('k:')) return '';
      const parts = Object.entries(JSON.parse(segment.slice(2)) as JsonObject);
      return `[${parts.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}
