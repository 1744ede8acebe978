import { canonicalJson } from '@headwater/core/ids.ts';
import { isJsonObject, type JsonObject, listOf } from '@headwater/core/json.ts';

// The merge keys of the built-in types, by the field that holds the list; a list that is not here is replaced as a whole.
const MERGE_KEYS: Readonly<Record<string, string>> = {
  addresses: 'type',
  conditions: 'type',
  containers: 'name',
  env: 'name',
  ephemeralContainers: 'name',
  hostAliases: 'ip',
  imagePullSecrets: 'name',
  initContainers: 'name',
  ownerReferences: 'uid',
  resourceClaims: 'name',
  secrets: 'name',
  taints: 'key',
  topologySpreadConstraints: 'topologyKey',
  volumeDevices: 'devicePath',
  volumeMounts: 'mountPath',
  volumes: 'name',
};

/** The key that tells the items of a list apart; undefined for lists that are replaced as a whole. */
export function mergeKeyOf(field: string, items: readonly unknown[]): string | undefined {
  // Ports of a container and of a Service share the field's name but not the key.
  if (field === 'ports')
    return items.some((item) => isJsonObject(item) && item['containerPort'] !== undefined) ? 'containerPort' : 'port';
  return MERGE_KEYS[field];
}

// Lists of plain values that are sets.
const SETS = new Set(['finalizers']);

/** A strategic merge patch of a built-in object: lists with a merge key merge item by item; `$patch`, `$retainKeys` and delete lists are understood. */
export function strategicPatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  if (patch['$patch'] === 'replace') return without(patch, '$patch');
  if (patch['$patch'] === 'delete') return {};
  const retained = patch['$retainKeys'];
  const base = isJsonObject(target) ? target : {};
  const result: JsonObject = Array.isArray(retained) ? pick(base, retained) : { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) applyDirective(result, key, value);
    else if (value === null) delete result[key];
    else if (Array.isArray(value)) result[key] = mergeList(key, listOf(result[key]), value as unknown[]);
    else result[key] = strategicPatch(result[key], value);
  }
  return result;
}

function applyDirective(result: JsonObject, key: string, value: unknown): void {
  const field = /^\$deleteFromPrimitiveList\/(.+)$/.exec(key)?.[1];
  if (field === undefined) return;
  const removed = new Set(listOf(value).map(canonicalJson));
  result[field] = listOf(result[field]).filter((item) => !removed.has(canonicalJson(item)));
}

function mergeList(field: string, current: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const replaces = patch.some(
    (item) => isJsonObject(item) && item['$patch'] === 'replace' && Object.keys(item).length === 1,
  );
  if (replaces) return patch.filter((item) => !(isJsonObject(item) && item['$patch'] === 'replace'));
  const key = mergeKeyOf(field, [...patch, ...current]);
  if (key === undefined) return SETS.has(field) ? union(current, patch) : [...patch];
  const merged = [...current];
  for (const item of patch) {
    const index = merged.findIndex((known) => isJsonObject(known) && isJsonObject(item) && known[key] === item[key]);
    if (isJsonObject(item) && item['$patch'] === 'delete') {
      if (index >= 0) merged.splice(index, 1);
    } else if (index >= 0) merged[index] = strategicPatch(merged[index], item);
    else merged.push(strategicPatch({}, item));
  }
  return merged;
}

function union(current: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const known = new Set(current.map(canonicalJson));
  return [...current, ...patch.filter((item) => !known.has(canonicalJson(item)))];
}

function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _, ...rest } = object;
  return rest;
}

function pick(object: JsonObject, keys: readonly unknown[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}
