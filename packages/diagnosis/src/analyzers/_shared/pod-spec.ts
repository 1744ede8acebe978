import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { PodObject } from './pods.ts';
import { rootObject, templateOf, templatePath } from './workloads.ts';

/**
 * Cites a field of a Pod's spec where a person would edit it: in the template of its workload when that says the same, else
 * in the Pod. `path` starts with `spec.`, as in `spec.containers[name=app].image`.
 */
export function citePodSpec(snapshot: Snapshot, pod: PodObject, path: string): Evidence {
  const root = rootObject(snapshot, pod);
  if (root === pod || !templateOf(root)) return citeField(pod, path);
  const inTemplate = `${templatePath(root)}.${path}`;
  return same(readField(root, inTemplate), readField(pod, path)) ? citeField(root, inTemplate) : citeField(pod, path);
}

function same(left: unknown, right: unknown): boolean {
  return canonicalJson(left ?? null) === canonicalJson(right ?? null);
}
