import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { matchesLabels } from '@headwater/core/kube/selector.ts';
import type { OpsCase } from './dataset.ts';
import { parseManifests } from './manifests.ts';
import { overlay } from './overlay.ts';

/** The manifests the cluster was given: they hold what describe leaves out (affinity, security context, claims). */
export function appliedObjects(opsCase: OpsCase): KubeObject[] {
  return Object.values(opsCase.tools?.['GetAppYAML'] ?? {}).flatMap((text) =>
    typeof text === 'string'
      ? parseManifests(text).flatMap(
          (document) => parseObject(normaliseNamespace(document, opsCase.namespace)).object ?? [],
        )
      : [],
  );
}

function normaliseNamespace(value: unknown, namespace: string): unknown {
  const { kind, metadata } = (value ?? {}) as { kind?: string; metadata?: Record<string, unknown> };
  const clusterScoped = kind === 'PersistentVolume' || kind === 'StorageClass' || kind === 'Namespace';
  return metadata && !clusterScoped ? { ...(value as object), metadata: { ...metadata, namespace } } : value;
}

/**
 * What was read live wins; a manifest only adds fields, and only to objects that exist: an applied Service that a quota refused must
 * stay missing. `listed` are the kinds of which every object was read.
 */
export function mergeApplied(
  live: readonly KubeObject[],
  applied: readonly KubeObject[],
  listed: ReadonlySet<string>,
): KubeObject[] {
  const byKind = Map.groupBy(applied, ({ kind }) => kind);
  const manifestOf = ({ kind, metadata }: KubeObject): KubeObject | undefined =>
    byKind.get(kind)?.findLast((manifest) => manifest.metadata.name === metadata.name);
  const known = new Set<KubeObject | undefined>();
  const merged = live.map((object) => {
    const manifest = manifestOf(object);
    known.add(manifest);
    return manifest ? overlay(manifest, object) : object;
  });
  for (const object of applied) if (!listed.has(object.kind) && !known.has(manifestOf(object))) merged.push(object);
  return merged;
}

/** What is left out of some objects and told by others: the rest of a Pod's spec, the Ready Pods of a set. */
export function completed(objects: readonly KubeObject[]): KubeObject[] {
  return countReady(completePods(objects));
}

// Describe leaves affinity, security context and more out of a Pod; its workload's template says them.
function completePods(objects: readonly KubeObject[]): KubeObject[] {
  const workloads = workloadsOf(objects);
  return objects.map((object) => {
    const labels = object.metadata.labels ?? {};
    const owner =
      object.kind === 'Pod'
        ? workloads.find(
            ({ metadata, spec }) =>
              metadata.namespace === object.metadata.namespace && isSelected(labels, spec?.selector?.matchLabels ?? {}),
          )
        : undefined;
    const template = owner?.spec?.template?.spec;
    return template ? overlay({ ...object, spec: template }, object) : object;
  });
}

/** What keeps Pods by a template. */
export function workloadsOf(objects: readonly KubeObject[]): ObjectOf<'Deployment'>[] {
  return objects.filter(
    (object): object is ObjectOf<'Deployment'> =>
      object.kind === 'Deployment' || object.kind === 'StatefulSet' || object.kind === 'DaemonSet',
  );
}

/** The Ready Pods of each set, where its Pods are known: describe only counts the running ones. */
function countReady(objects: readonly KubeObject[]): KubeObject[] {
  const pods = objects.filter((object): object is ObjectOf<'Pod'> => object.kind === 'Pod');
  return objects.map((object) => {
    if (object.kind !== 'StatefulSet' && object.kind !== 'ReplicaSet') return object;
    const { spec, status, metadata } = object as ObjectOf<'ReplicaSet'>;
    const own = pods.filter(
      (pod) =>
        pod.metadata.namespace === metadata.namespace &&
        isSelected(pod.metadata.labels ?? {}, spec?.selector?.matchLabels ?? {}),
    );
    if (own.length === 0) return object;
    const ready = own.filter((pod) =>
      pod.status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True'),
    ).length;
    return { ...object, status: { ...status, readyReplicas: ready, availableReplicas: ready } };
  });
}

/** Whether a selector takes these labels; an empty one takes none. */
export function isSelected(labels: Record<string, string>, selector: Record<string, string>): boolean {
  return Object.keys(selector).length > 0 && matchesLabels(labels, selector);
}
