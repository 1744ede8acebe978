import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { isJsonObject, type JsonObject } from '@headwater/core/json.ts';
import { formatSelector } from '@headwater/core/kube/selector.ts';
import { mergePatch } from './merge-patch.ts';
import { badRequest } from './status.ts';
import { currentObject, replaceObject, type Target } from './write.ts';

/** A workload's `scale` subresource. */
export function scaleOf({ metadata, ...object }: KubeObject): JsonObject {
  const spec = isJsonObject(object['spec']) ? object['spec'] : {};
  const status = isJsonObject(object['status']) ? object['status'] : {};
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec['replicas'] ?? 1 },
    status: { replicas: status['replicas'] ?? 0, selector: formatSelector(spec['selector'] ?? {}) },
  };
}

/** Scales a workload by a Scale body or a merge patch of one. */
export function rescale(target: Target, name: string, body: JsonObject): JsonObject {
  const current = currentObject(target, name);
  const wanted = mergePatch(scaleOf(current), body);
  const spec = isJsonObject(wanted) && isJsonObject(wanted['spec']) ? wanted['spec'] : {};
  const replicas = spec['replicas'];
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0) {
    throw badRequest(
      `spec.replicas: Invalid value: ${JSON.stringify(replicas)}: expected a whole number of at least 0`,
    );
  }
  const old = isJsonObject(current['spec']) ? current['spec'] : {};
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const version = metadata['resourceVersion'] ?? current.metadata.resourceVersion;
  const next = { ...current, metadata: { ...current.metadata, resourceVersion: version }, spec: { ...old, replicas } };
  return scaleOf(replaceObject(target, name, { body: next, subresource: undefined }));
}
