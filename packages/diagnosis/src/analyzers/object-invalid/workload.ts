import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Defect } from './defect.ts';

/** An update strategy that may neither add nor remove a Pod, and a progress deadline that no Pod can meet. */
export function checkWorkload(deployment: ObjectOf<'Deployment'>): readonly Defect[] {
  const defects: Defect[] = [];
  const { maxSurge, maxUnavailable } = deployment.spec?.strategy?.rollingUpdate ?? {};
  const path = 'spec.strategy.rollingUpdate';
  if (deployment.spec?.strategy?.type !== 'Recreate' && isZero(maxSurge) && isZero(maxUnavailable)) {
    const says = `maxSurge \`${maxSurge}\` and maxUnavailable \`${maxUnavailable}\` together let no Pod be replaced`;
    defects.push({
      object: deployment,
      code: 'object/strategy',
      says,
      paths: [`${path}.maxSurge`, `${path}.maxUnavailable`],
    });
  }
  const { minReadySeconds, progressDeadlineSeconds } = deployment.spec ?? {};
  if (minReadySeconds && progressDeadlineSeconds != null && progressDeadlineSeconds <= minReadySeconds) {
    const says = `progressDeadlineSeconds \`${progressDeadlineSeconds}\` ends before minReadySeconds \`${minReadySeconds}\` has passed`;
    defects.push({
      object: deployment,
      code: 'object/strategy',
      says,
      paths: ['spec.progressDeadlineSeconds', 'spec.minReadySeconds'],
    });
  }
  return defects;
}

function isZero(value: number | string | null | undefined): boolean {
  return value === 0 || value === '0' || value === '0%';
}
