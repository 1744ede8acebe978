import { createHash } from 'node:crypto';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { isJsonObject, type JsonObject, textOf } from '@headwater/core/json.ts';
import { joinApiVersion } from '@headwater/core/kube/resources.ts';
import { formatTime } from '@headwater/core/time.ts';
import { resourceName, type ServedResource } from './catalog.ts';
import { toCoreEvent } from './event-versions.ts';
import { storageName, type ReplayState } from './state.ts';
import { apiError, badRequest, notFound } from './status.ts';

/** Where a write goes; with `dryRun` the outcome is computed and nothing is stored. */
export interface Target {
  readonly state: ReplayState;
  readonly resource: ServedResource;
  readonly namespace: string | undefined;
  readonly dryRun: boolean;
}

/** The object a target holds under a name. Throws a 404. */
export function currentObject({ state, resource, namespace }: Target, name: string): KubeObject {
  const object = state.store.get(storageName(resource), namespace ?? '', name);
  if (!object) throw notFound(resourceName(resource), name);
  return object;
}

/** Creates an object. Throws a 409 when it exists and a 400 when it does not fit the path. */
export function createObject(target: Target, body: JsonObject): KubeObject {
  const { state, resource, namespace } = target;
  checkIdentity(target, body);
  const given = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const seed = `${storageName(resource)} ${namespace ?? ''} ${canonicalJson(body)} ${state.store.revision}`;
  const name = textOf(given['name']) || generatedName(textOf(given['generateName']), seed);
  if (name === '') throw invalid(target, 'unknown', 'metadata.name: Required value: name or generateName is required');
  if (state.store.get(storageName(resource), namespace ?? '', name)) {
    throw apiError({
      code: 409,
      reason: 'AlreadyExists',
      message: `${resourceName(resource)} "${name}" already exists`,
      details: { name, kind: resource.plural, ...(resource.group === '' ? {} : { group: resource.group }) },
    });
  }
  const { resourceVersion: _, ...metadata } = given;
  const object = {
    ...body,
    apiVersion: joinApiVersion(resource),
    kind: resource.kind,
    metadata: {
      ...metadata,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: uidOf(seed),
      creationTimestamp: formatTime(state.time.now()),
      ...(body['spec'] === undefined ? {} : { generation: 1 }),
    },
  } as KubeObject;
  return store(target, object);
}

/** Replaces an object, or only its status. Throws a 409 when the body was made from another version. */
export function replaceObject(
  target: Target,
  name: string,
  change: { body: JsonObject; subresource: string | undefined },
): KubeObject {
  const { body, subresource } = change;
  const current = currentObject(target, name);
  checkIdentity(target, body, name);
  const given = isJsonObject(body['metadata']) ? body['metadata'] : {};
  checkVersion(target, current, given);
  const metadata = { ...given, ...identityOf(current) } as KubeObject['metadata'];
  if (metadata.managedFields === undefined && current.metadata.managedFields)
    metadata.managedFields = current.metadata.managedFields;
  const next: KubeObject =
    subresource === 'status'
      ? { ...current, status: body['status'] }
      : // The API server keeps status for itself; only custom resources without a status subresource take it from here.
        {
          ...body,
          ...(target.resource.builtIn ? statusOf(current) : {}),
          apiVersion: current.apiVersion,
          kind: current.kind,
          metadata,
        };
  if (subresource !== 'status' && canonicalJson(next['spec'] ?? null) !== canonicalJson(current['spec'] ?? null)) {
    next.metadata = { ...metadata, generation: (current.metadata.generation ?? 0) + 1 };
  }
  if (current.metadata.deletionTimestamp && (next.metadata.finalizers ?? []).length === 0)
    return erase(target, current);
  return store(target, next);
}

function statusOf(object: KubeObject): { status?: unknown } {
  return object['status'] === undefined ? {} : { status: object['status'] };
}

function identityOf({ metadata }: KubeObject): Partial<KubeObject['metadata']> {
  const { name, namespace, uid, creationTimestamp, resourceVersion, generation, deletionTimestamp } = metadata;
  const identity = { name, namespace, uid, creationTimestamp, resourceVersion, generation, deletionTimestamp };
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
}

function checkVersion({ resource }: Target, current: KubeObject, given: JsonObject): void {
  const version = textOf(given['resourceVersion']);
  const uid = textOf(given['uid']);
  if (version !== '' && version !== current.metadata.resourceVersion) {
    throw conflict(
      resource,
      current,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  }
  if (uid !== '' && current.metadata.uid && uid !== current.metadata.uid) {
    throw conflict(
      resource,
      current,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    );
  }
}

/** The failure of writing to an object that is another one by now. */
export function conflict(resource: ServedResource, { metadata }: KubeObject, why: string): Error {
  const name = metadata.name;
  return apiError({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${resourceName(resource)} "${name}": ${why}`,
    details: { name, kind: resource.plural, ...(resource.group === '' ? {} : { group: resource.group }) },
  });
}

function checkIdentity(target: Target, body: JsonObject, name?: string): void {
  const { resource, namespace } = target;
  const wanted = joinApiVersion(resource);
  const [apiVersion, kind] = [textOf(body['apiVersion']), textOf(body['kind'])];
  if (apiVersion !== '' && apiVersion !== wanted) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
  }
  if (kind !== '' && kind !== resource.kind)
    throw badRequest(`the kind in the data (${kind}) does not match the expected kind (${resource.kind})`);
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const given = textOf(metadata['namespace']);
  if (given !== '' && given !== (namespace ?? '')) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const givenName = textOf(metadata['name']);
  if (name !== undefined && givenName !== '' && givenName !== name) {
    throw badRequest(`the name of the object (${givenName}) does not match the name on the URL (${name})`);
  }
}

/** The failure of an object that breaks a rule of its kind. */
export function invalid({ resource }: Target, name: string, why: string): Error {
  const { kind, group } = resource;
  return apiError({
    code: 422,
    reason: 'Invalid',
    message: `${kind}${group === '' ? '' : `.${group}`} "${name}" is invalid: ${why}`,
  });
}

/** Stores an object, or only shows what storing it would give. */
export function store(target: Target, object: KubeObject): KubeObject {
  const { state, resource, dryRun } = target;
  const stored = toCoreEvent(object);
  return dryRun ? stored : state.store.put(storageName(resource), stored);
}

/** Removes an object for good. */
export function erase({ state, resource, dryRun }: Target, object: KubeObject): KubeObject {
  if (dryRun) return object;
  return state.store.remove(storageName(resource), object.metadata.namespace ?? '', object.metadata.name) ?? object;
}

// Replays must repeat exactly, so what a server would draw at random is made from the content and the moment.
function uidOf(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function generatedName(prefix: string, seed: string): string {
  if (prefix === '') return '';
  const number = BigInt(`0x${createHash('sha256').update(`name ${seed}`).digest('hex').slice(0, 12)}`);
  return `${prefix}${number.toString(36).padStart(5, '0').slice(0, 5)}`;
}
