import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { matchesSelector } from '@headwater/core/kube/selector.ts';
import { perObject } from '../../snapshot/per-object.ts';
import { allContainers } from '../_shared/pods.ts';
import type { Defect } from './defect.ts';

/** Contradictions inside a workload's template. */
export const checkTemplate = perObject(
  (workload: ObjectOf<'Deployment'> | ObjectOf<'StatefulSet'> | ObjectOf<'DaemonSet'>): readonly Defect[] => [
    ...checkSelector(workload),
    ...checkResources(workload, workload.spec?.template?.spec),
  ],
);

function checkSelector(
  workload: ObjectOf<'Deployment'> | ObjectOf<'StatefulSet'> | ObjectOf<'DaemonSet'>,
): readonly Defect[] {
  const { selector, template } = workload.spec ?? {};
  const labels = template?.metadata?.labels;
  // A template without any labels was not read in full.
  if (!selector || !labels || Object.keys(labels).length === 0 || matchesSelector(labels, selector)) return [];
  const says = 'its selector does not match the labels of its own template';
  return [
    { object: workload, code: 'object/selector', says, paths: ['spec.selector', 'spec.template.metadata.labels'] },
  ];
}

function checkResources(object: KubeObject, spec: Parameters<typeof allContainers>[0]): readonly Defect[] {
  return allContainers(spec).flatMap((container) => {
    const list = (spec?.containers ?? []).includes(container) ? 'containers' : 'initContainers';
    const path = `spec.template.spec.${list}[name=${container.name}].resources`;
    const { requests, limits } = container.resources ?? {};
    const malformed = [...Object.entries(requests ?? {}), ...Object.entries(limits ?? {})].find(
      ([, amount]) => parseQuantity(amount) === null,
    );
    if (malformed)
      return [
        {
          object,
          code: 'object/resources',
          says: `\`${malformed[1]}\` is no amount of ${malformed[0]}`,
          paths: [path],
        },
      ];
    const over = Object.entries(requests ?? {}).find(
      ([name, amount]) => (parseQuantity(amount) ?? 0) > (parseQuantity(limits?.[name]) ?? Number.POSITIVE_INFINITY),
    );
    if (!over) return [];
    const says = `container \`${container.name}\` requests \`${over[1]}\` ${over[0]} and may use only \`${limits?.[over[0]]}\``;
    return [{ object, code: 'object/resources', says, paths: [path] }];
  });
}
