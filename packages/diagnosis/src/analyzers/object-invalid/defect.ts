import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';

/** One field, or several together, that an object cannot work with. */
export interface Defect {
  readonly object: KubeObject;
  readonly code: string;
  /** What is wrong; its literals stand in the fields named by `paths`. */
  readonly says: string;
  readonly paths: readonly string[];
}

/** A defect when a number is below what it may be; nothing when it is absent. */
export function tooLow(
  object: KubeObject,
  path: string,
  { value, least }: { value: number | null | undefined; least: number },
): readonly Defect[] {
  if (value == null || value >= least) return [];
  const why = least > 0 && value === 0 ? 'is zero and must be more' : 'is negative';
  return [{ object, code: 'object/number', says: `\`${path}\` of \`${value}\` ${why}`, paths: [path] }];
}
