import type { Condition } from '@headwater/contracts/kube/common.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { readField } from '../../snapshot/field.ts';

/** The conditions of an object of any kind; malformed entries are left out. */
export function conditionsOf(object: KubeObject): readonly Condition[] {
  const list = readField(object, 'status.conditions');
  return Array.isArray(list) ? list.filter((entry): entry is Condition => entry !== null && typeof entry === 'object') : [];
}

/** The condition of one type. */
export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** The field path of a condition, ready to cite. */
export function conditionPath(type: string): string {
  return `status.conditions[type=${type}]`;
}

/** The API group of an object; empty for the core group. */
export function groupOf({ apiVersion }: KubeObject): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** The text at a field path, or an empty one. */
export function textAt(object: KubeObject, path: string): string {
  const value = readField(object, path);
  return typeof value === 'string' ? value : '';
}
