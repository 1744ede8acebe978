import { CATEGORIES, type Category } from './categories.ts';

const FAMILIES: Readonly<Record<string, string>> = {
  P: 'pod',
  I: 'image',
  C: 'config',
  S: 'scheduling',
  N: 'node',
  K: 'network',
  L: 'dns',
  V: 'service',
  T: 'storage',
  R: 'rbac',
  W: 'admission',
  Q: 'quota',
  H: 'autoscaling',
  J: 'jobs',
  X: 'certificates',
  Z: 'control-plane',
  Y: 'dependency',
  D: 'rollout',
  U: 'saturation',
  E: 'no-action',
};
// These say what they cover in words instead of catalog codes.
const WORDED: Partial<Record<Category, string>> = {
  'config-changed': 'config',
  'quota-field-missing': 'quota',
  'upstream-timeout': 'dependency',
  'attribute-errors': 'dependency',
  'object-invalid': 'jobs',
  'not-an-incident': 'no-action',
};

/** The family of the fault catalog a category belongs to. */
export function familyOf(category: Category): string {
  return WORDED[category] ?? FAMILIES[CATEGORIES[category].charAt(0)] ?? 'other';
}
