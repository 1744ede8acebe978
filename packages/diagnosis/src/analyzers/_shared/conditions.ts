import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Condition } from '@headwater/contracts/kube/common.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';

/** The conditions of an object of any kind; malformed entries are left out. */
export function conditionsOf(object: KubeObject): readonly Condition[] {
  const list = readField(object, 'status.conditions');
  return Array.isArray(list)
    ? list.filter((entry): entry is Condition => entry !== null && typeof entry === 'object')
    : [];
}

/** The condition of one type. */
export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** The field path of a condition, ready to cite. */
export function conditionPath(type: string): string {
  return `status.conditions[type=${type}]`;
}

/**
 * Cites what a condition says, each field by itself: in the JSON of the whole condition a message would be escaped, and
 * a literal of a statement could not be found in it.
 */
export function citeCondition(object: KubeObject, type: string): readonly Evidence[] {
  const path = conditionPath(type);
  return ['message', 'reason', 'status']
    .filter((field) => textAt(object, `${path}.${field}`) !== '')
    .slice(0, 3)
    .map((field) => citeField(object, `${path}.${field}`));
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
