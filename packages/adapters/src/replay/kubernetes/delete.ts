import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { isJsonObject, type JsonObject, listOf, textOf } from '@headwater/core/json.ts';
import { matchesSelector } from '@headwater/core/kube/selector.ts';
import { formatTime } from '@headwater/core/time.ts';
import { resourceName } from './catalog.ts';
import { apiError } from './status.ts';
import { conflict, currentObject, erase, store, type Target } from './write.ts';

/**
 * Deletes an object as the API server and its garbage collector would: finalizers only mark it, dependents go with it unless
 * orphaned. Returns the object when it lingers, else a Status. Throws a 409 when a precondition fails.
 */
export function deleteObject(
  asked: Target,
  name: string,
  options: { body: JsonObject; query: URLSearchParams },
): unknown {
  const { body, query } = options;
  // kubectl asks for a dry run in the body, not in the query.
  const target = { ...asked, dryRun: asked.dryRun || listOf(body['dryRun']).includes('All') };
  const current = currentObject(target, name);
  checkPreconditions(target, current, body);
  if ((current.metadata.finalizers ?? []).length > 0) {
    if (current.metadata.deletionTimestamp) return current;
    const metadata = {
      ...current.metadata,
      deletionTimestamp: formatTime(target.state.time.now()),
      deletionGracePeriodSeconds: 0,
    };
    return store(target, { ...current, metadata });
  }
  const policy = textOf(body['propagationPolicy']) || query.get('propagationPolicy') || 'Background';
  erase(target, current);
  if (policy !== 'Orphan' && !target.dryRun) collectDependents(target, current);
  const { group, plural } = target.resource;
  const details = { name, kind: plural, ...(group === '' ? {} : { group }), uid: current.metadata.uid ?? '' };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function checkPreconditions({ resource }: Target, current: KubeObject, body: JsonObject): void {
  const given = body['preconditions'];
  if (!isJsonObject(given)) return;
  for (const [field, actual] of [
    ['uid', current.metadata.uid],
    ['resourceVersion', current.metadata.resourceVersion],
  ] as const) {
    const wanted = textOf(given[field]);
    if (wanted !== '' && wanted !== actual) {
      throw conflict(
        resource,
        current,
        `Precondition failed: ${field} in precondition: ${wanted}, ${field} in object meta: ${actual ?? ''}`,
      );
    }
  }
}

function collectDependents(target: Target, owner: KubeObject): void {
  const uid = owner.metadata.uid;
  if (!uid) return;
  const { store: objects } = target.state;
  for (const resource of objects.resources()) {
    for (const object of objects.list(resource)) {
      const owners = object.metadata.ownerReferences ?? [];
      const isLast = owners.length > 0 && owners.every((reference) => reference.uid === uid);
      if (!isLast) continue;
      objects.remove(resource, object.metadata.namespace ?? '', object.metadata.name);
      collectDependents(target, object);
    }
  }
}

/** Evicts a pod. Throws a 429 when a disruption budget allows no more. */
export function evictPod(target: Target, name: string, body: JsonObject): unknown {
  const pod = currentObject(target, name);
  const budgets = target.state.store.list(
    'poddisruptionbudgets.policy',
    target.namespace,
  ) as ObjectOf<'PodDisruptionBudget'>[];
  const blocking = budgets.find(
    ({ spec, status }) =>
      spec?.selector &&
      (status?.disruptionsAllowed ?? 0) <= 0 &&
      matchesSelector(pod.metadata.labels ?? {}, spec.selector),
  );
  if (blocking) {
    const cause = {
      reason: 'DisruptionBudget',
      message: `The disruption budget ${blocking.metadata.name} needs more healthy pods`,
    };
    throw apiError({
      code: 429,
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [cause], name, kind: resourceName(target.resource) },
    });
  }
  const options = isJsonObject(body['deleteOptions']) ? body['deleteOptions'] : {};
  deleteObject(target, name, { body: options, query: new URLSearchParams() });
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}
