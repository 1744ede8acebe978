import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { type JsonObject, textOf } from '@headwater/core/json.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';
import {
  type FieldPath,
  type FieldSet,
  fieldsOf,
  formatLeaf,
  leavesOf,
  setOf,
  valueAt,
  withoutLeaf,
} from './field-ownership.ts';
import { mergePatch } from './merge-patch.ts';
import { apiError } from './status.ts';
import { strategicPatch } from './strategic-patch.ts';

type ManagedField = NonNullable<KubeObject['metadata']['managedFields']>[number];

export interface Applying {
  readonly manager: string;
  readonly force: boolean;
  readonly now: Millis;
  /** Lists of built-in kinds have known merge keys. */
  readonly builtIn: boolean;
}

/**
 * Server-side apply: merges the configuration, takes ownership of its fields, and removes fields this manager applied before and now
 * leaves out. Throws a 409 that names each field another manager holds with another value, unless forced.
 */
export function applyConfig(current: KubeObject | undefined, config: JsonObject, applying: Applying): JsonObject {
  const { manager, force, now, builtIn } = applying;
  const wanted = fieldsOf(config, builtIn);
  const leaves = leavesOf(wanted);
  const entries = current?.metadata.managedFields ?? [];
  const isOwn = (entry: ManagedField): boolean => entry.manager === manager && entry.operation === 'Apply';
  const others = entries.filter((entry) => !isOwn(entry));
  const contested = current ? conflicts(current, config, { leaves, others }) : [];
  if (contested.length > 0 && !force) throw conflictError(contested);
  const merged = (builtIn ? strategicPatch(current ?? {}, config) : mergePatch(current ?? {}, config)) as JsonObject;
  const pruned = prune(merged, { before: entries.filter(isOwn), others, leaves });
  const lost = new Set(contested.map(({ path }) => canonicalJson(path)));
  const own = {
    manager,
    operation: 'Apply',
    apiVersion: textOf(config['apiVersion']),
    time: formatTime(now),
    fieldsType: 'FieldsV1',
    fieldsV1: wanted,
  };
  const managedFields = [...others.flatMap((entry) => withoutLeaves(entry, lost)), own];
  return { ...pruned, metadata: { ...(pruned['metadata'] as JsonObject), managedFields } };
}

interface Conflict {
  readonly path: FieldPath;
  readonly manager: string;
  readonly apiVersion: string;
}

function conflicts(
  current: KubeObject,
  config: JsonObject,
  held: { leaves: readonly FieldPath[]; others: readonly ManagedField[] },
): Conflict[] {
  const owners = held.others.map((entry) => ({ entry, owned: new Set(leavesOf(setIn(entry)).map(canonicalJson)) }));
  return held.leaves.flatMap((path) => {
    if (canonicalJson(valueAt(current, path)) === canonicalJson(valueAt(config, path))) return [];
    const owner = owners.find(({ owned }) => owned.has(canonicalJson(path)));
    if (!owner) return [];
    return [{ path, manager: owner.entry.manager ?? 'unknown', apiVersion: textOf(owner.entry['apiVersion']) }];
  });
}

function conflictError(found: readonly Conflict[]): Error {
  const causes = found.map(({ path, manager, apiVersion }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${JSON.stringify(manager)}${apiVersion === '' ? '' : ` using ${apiVersion}`}`,
    field: formatLeaf(path),
  }));
  const list = causes.map(({ message, field }) => `${message}: ${field}`).join('; ');
  const count = `${found.length} conflict${found.length === 1 ? '' : 's'}`;
  return apiError({
    code: 409,
    reason: 'Conflict',
    message: `Apply failed with ${count}: ${list}`,
    details: { causes },
  });
}

interface Pruning {
  readonly before: readonly ManagedField[];
  readonly others: readonly ManagedField[];
  readonly leaves: readonly FieldPath[];
}

function prune(merged: JsonObject, { before, others, leaves }: Pruning): JsonObject {
  const kept = new Set([...leaves, ...others.flatMap((entry) => leavesOf(setIn(entry)))].map(canonicalJson));
  const given = before.flatMap((entry) => leavesOf(setIn(entry))).filter((path) => !kept.has(canonicalJson(path)));
  // Longest first: an item's fields go before the item.
  given.sort((left, right) => right.length - left.length);
  let result: unknown = merged;
  for (const path of given) result = withoutLeaf(result, path);
  return result as JsonObject;
}

function withoutLeaves(entry: ManagedField, lost: ReadonlySet<string>): ManagedField[] {
  const leaves = leavesOf(setIn(entry));
  const kept = leaves.filter((path) => !lost.has(canonicalJson(path)));
  if (kept.length === leaves.length) return [entry];
  return kept.length === 0 ? [] : [{ ...entry, fieldsV1: setOf(kept) }];
}

function setIn(entry: ManagedField): FieldSet {
  return (entry['fieldsV1'] ?? {}) as FieldSet;
}
