import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Defect } from './defect.ts';

/** A PodDisruptionBudget may set one of its two rules, never both. */
export function checkBudget(budget: ObjectOf<'PodDisruptionBudget'>): readonly Defect[] {
  if (budget.spec?.minAvailable == null || budget.spec.maxUnavailable == null) return [];
  const says = 'minAvailable and maxUnavailable exclude each other';
  return [{ object: budget, code: 'object/budget', says, paths: ['spec.minAvailable', 'spec.maxUnavailable'] }];
}
