import type { Labels } from '@headwater/core/kube/selector.ts';
import type { ObjectIndex } from '../snapshot/objects.ts';

/** The labels of a Namespace; `certain` is false when it was not read, so that only the label every Namespace has is known. */
export function namespaceLabels(objects: ObjectIndex, name: string): { labels: Labels; certain: boolean } {
  const namespace = objects.get('Namespace', null, name);
  // The API server sets this label on every Namespace; hand-made snapshots often lack it.
  const implicit = { 'kubernetes.io/metadata.name': name };
  return { labels: { ...implicit, ...namespace?.metadata.labels }, certain: namespace !== undefined };
}
