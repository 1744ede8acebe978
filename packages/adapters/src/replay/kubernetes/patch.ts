import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { isJsonObject, type JsonObject, textOf } from '@headwater/core/json.ts';
import { joinApiVersion } from '@headwater/core/kube/resources.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { applyConfig } from './server-side-apply.ts';
import { storageName } from './state.ts';
import { apiError, badRequest } from './status.ts';
import { strategicPatch } from './strategic-patch.ts';
import { createObject, currentObject, replaceObject, type Target } from './write.ts';

export interface PatchRequest {
  readonly name: string;
  readonly subresource: string | undefined;
  readonly contentType: string;
  readonly patch: unknown;
  readonly query: URLSearchParams;
}

const APPLY = 'application/apply-patch+yaml';

/** Patches an object by any of the four patch types; `created` only when an apply made it. */
export function patchObject(target: Target, request: PatchRequest): { object: KubeObject; created: boolean } {
  const { name, subresource, contentType, patch } = request;
  if (contentType === APPLY) return applyPatch(target, request);
  const current = currentObject(target, name);
  const body = patched(target, current, { contentType, patch });
  if (!isJsonObject(body)) throw badRequest('the patch does not leave an object');
  return { object: replaceObject(target, name, { body, subresource }), created: false };
}

function patched(
  { resource }: Target,
  current: KubeObject,
  { contentType, patch }: Pick<PatchRequest, 'contentType' | 'patch'>,
): unknown {
  if (contentType === 'application/json-patch+json') return jsonPatch(current, patch);
  if (!isJsonObject(patch)) throw badRequest('a patch must be an object');
  if (contentType === 'application/merge-patch+json') return mergePatch(current, patch);
  if (contentType === 'application/strategic-merge-patch+json' && resource.builtIn)
    return strategicPatch(current, patch);
  const types = ['application/json-patch+json', 'application/merge-patch+json', APPLY];
  if (resource.builtIn) types.push('application/strategic-merge-patch+json');
  throw apiError({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`,
  });
}

function applyPatch(
  target: Target,
  { name, subresource, patch, query }: PatchRequest,
): { object: KubeObject; created: boolean } {
  const { state, resource, namespace } = target;
  const manager = query.get('fieldManager') ?? '';
  if (manager === '')
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  if (!isJsonObject(patch)) throw badRequest('an apply configuration must be an object');
  const config = { apiVersion: joinApiVersion(resource), kind: resource.kind, ...patch };
  if (textOf(isJsonObject(patch['metadata']) ? patch['metadata']['managedFields'] : '') !== '') {
    throw badRequest('metadata.managedFields must be nil');
  }
  const current = state.store.get(storageName(resource), namespace ?? '', name);
  if (!current && subresource !== undefined) currentObject(target, name);
  const applying = { manager, force: query.get('force') === 'true', now: state.time.now(), builtIn: resource.builtIn };
  const body = applyConfig(current, config, applying);
  if (current)
    return { object: replaceObject(target, name, { body: withVersion(body, current), subresource }), created: false };
  return { object: createObject(target, withName(body, name)), created: true };
}

// An apply says what it wants of the object as it is now; it never conflicts by version.
function withVersion(body: JsonObject, current: KubeObject): JsonObject {
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  return { ...body, metadata: { ...metadata, resourceVersion: current.metadata.resourceVersion } };
}

function withName(body: JsonObject, name: string): JsonObject {
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  return { ...body, metadata: { ...metadata, name } };
}
