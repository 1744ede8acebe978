import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';

/**
 * A manifest with what was read live laid over it: live scalars win, objects merge, lists of named items merge by name, other live
 * lists win when they hold anything.
 */
export function overlay(manifest: KubeObject, live: KubeObject): KubeObject {
  return merge(manifest, live) as KubeObject;
}

function merge(base: unknown, top: unknown): unknown {
  if (top === undefined || top === null) return base;
  if (typeof top !== 'object' || typeof base !== 'object' || base === null || base === top) return top;
  if (Array.isArray(top)) return Array.isArray(base) ? mergeLists(base, top) : top;
  if (Array.isArray(base)) return top;
  const merged: Record<string, unknown> = { ...base };
  const values = top as Record<string, unknown>;
  for (const key in values) merged[key] = merge(merged[key], values[key]);
  return merged;
}

function mergeLists(base: readonly unknown[], top: readonly unknown[]): readonly unknown[] {
  if (top.length === 0) return base;
  if (!top.every(isNamed)) return top;
  return top.map((item) =>
    merge(
      base.find((other) => isNamed(other) && other.name === item.name),
      item,
    ),
  );
}

function isNamed(value: unknown): value is { name: string } {
  return value !== null && typeof value === 'object' && typeof (value as { name?: unknown }).name === 'string';
}
