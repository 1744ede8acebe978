import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Defect, tooLow } from './defect.ts';

/** Numbers of a Job that end it before it begins, or that mean nothing. */
export function checkJob(object: KubeObject, spec: ObjectOf<'Job'>['spec'], path: string): readonly Defect[] {
  return [
    ...tooLow(object, `${path}.activeDeadlineSeconds`, { value: spec?.activeDeadlineSeconds, least: 1 }),
    ...tooLow(object, `${path}.backoffLimit`, { value: spec?.backoffLimit, least: 0 }),
    ...tooLow(object, `${path}.parallelism`, { value: spec?.parallelism, least: 0 }),
    ...tooLow(object, `${path}.completions`, { value: spec?.completions, least: 0 }),
  ];
}
