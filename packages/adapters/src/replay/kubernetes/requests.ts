import { isJsonObject, type JsonObject } from '@headwater/core/json.ts';
import { parse } from 'yaml';
import { jsonResponse, type ReplayRequest, type ReplayResponse } from '../route-group.ts';
import { builtInResource, customResources, resourceName, type ServedResource } from './catalog.ts';
import { deleteObject, evictPod } from './delete.ts';
import type { Page, PageRequest } from './list.ts';
import { patchObject } from './patch.ts';
import { type ApiPath, parseApiPath } from './paths.ts';
import { podLogs } from './pod-logs.ts';
import { formOf, presenterOf } from './present.ts';
import { authorize } from './refusals.ts';
import { accessReview, rulesReview } from './reviews.ts';
import { rescale, scaleOf } from './scale.ts';
import { matcherOf } from './selectors.ts';
import { type ReplayState, storageName } from './state.ts';
import { apiError, badRequest } from './status.ts';
import { belongs, watchLines } from './watch.ts';
import { createObject, currentObject, replaceObject, type Target } from './write.ts';

export interface Api {
  readonly state: ReplayState;
  pages(request: PageRequest): Page;
  readonly bookmarkEvery: number;
}

interface Call {
  readonly api: Api;
  readonly request: ReplayRequest;
  readonly path: ApiPath;
  readonly resource: ServedResource;
}

/** Answers a request below a group and version; null when the path is none. */
export async function resourceRequest(api: Api, request: ReplayRequest): Promise<ReplayResponse | null> {
  const path = parseApiPath(request.path);
  if (!path) return null;
  if (path.group === 'authorization.k8s.io') return review(api, request, path);
  const resource = findResource(api, request, path);
  const call = { api, request, path, resource };
  authorize(api.state, call, request);
  if (path.name === undefined) return collection(call);
  if (path.subresource !== undefined && path.subresource !== 'status') return subresource(call, path.name);
  return single(call, path.name);
}

// A controller may create the first object of a kind (its Lease): then the kind is served from there on.
function findResource({ state }: Api, { method }: ReplayRequest, path: ApiPath): ServedResource {
  const { group, version, plural } = path;
  const known = state.catalog.find(group, version, plural);
  if (known) return known;
  const builtIn = method === 'POST' || method === 'PATCH' ? builtInResource(group, version, plural) : undefined;
  if (!builtIn) throw unserved(path);
  state.catalog.add(builtIn);
  return builtIn;
}

function unserved({ plural, group }: ApiPath): Error {
  const name = resourceName({ plural, group });
  const message = `the server could not find the requested resource: the recording does not hold ${name}`;
  return apiError({ code: 404, reason: 'NotFound', message });
}

async function review(api: Api, request: ReplayRequest, { plural }: ApiPath): Promise<ReplayResponse> {
  if (request.method !== 'POST') throw methodNotAllowed(request.method);
  const body = await readObject(request);
  if (plural === 'selfsubjectaccessreviews') return jsonResponse(201, accessReview(api.state, body));
  if (plural === 'selfsubjectrulesreviews') return jsonResponse(201, rulesReview(api.state, body));
  throw apiError({
    code: 404,
    reason: 'NotFound',
    message: `the server could not find the requested resource: ${plural}`,
  });
}

async function collection(call: Call): Promise<ReplayResponse> {
  const { request, path, resource } = call;
  if (request.method === 'GET') return isWatch(request) ? watch(call) : list(call);
  if (request.method !== 'POST') throw methodNotAllowed(request.method);
  if (resource.namespaced && path.namespace === undefined)
    throw badRequest('an object of this kind is created in a namespace');
  const target = targetOf(call);
  const object = createObject(target, await readObject(request));
  if (!target.dryRun) for (const taught of customResources(object)) call.api.state.catalog.add(taught);
  return jsonResponse(201, presenter(call).single(object));
}

function list(call: Call): ReplayResponse {
  const { api, request, path, resource } = call;
  const matcher = matcherOf(resource, request.query);
  const all = () =>
    api.state.store
      .list(storageName(resource), path.namespace)
      .filter((object) => belongs(object, resource) && (matcher?.(object) ?? true));
  const { objects, metadata } = api.pages({ query: request.query, selective: matcher !== undefined, all });
  return jsonResponse(200, presenter(call).list(objects, metadata));
}

function watch(call: Call): ReplayResponse {
  const { api, request, path, resource } = call;
  const body = watchLines({
    store: api.state.store,
    resource,
    storage: storageName(resource),
    namespace: path.namespace,
    matcher: matcherOf(resource, watchQuery(request.query, path.name)),
    presenter: presenter(call),
    form: formOf(request.headers.accept),
    query: request.query,
    signal: request.signal,
    bookmarkEvery: api.bookmarkEvery,
  });
  return { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' }, body };
}

// A watch on one object's path is a watch on the collection with a selector for its name.
function watchQuery(query: URLSearchParams, name: string | undefined): URLSearchParams {
  if (name === undefined) return query;
  const copy = new URLSearchParams(query);
  copy.set('fieldSelector', `metadata.name=${name}`);
  return copy;
}

async function single(call: Call, name: string): Promise<ReplayResponse> {
  const { request, path } = call;
  const target = targetOf(call);
  switch (request.method) {
    case 'GET':
      if (isWatch(request)) return watch(call);
      return jsonResponse(200, presenter(call).single(currentObject(target, name)));
    case 'PUT': {
      const body = await readObject(request);
      return jsonResponse(
        200,
        presenter(call).single(replaceObject(target, name, { body, subresource: path.subresource })),
      );
    }
    case 'PATCH': {
      const patch = await readBody(request);
      const patching = {
        name,
        subresource: path.subresource,
        contentType: contentType(request),
        patch,
        query: request.query,
      };
      const { object, created } = patchObject(target, patching);
      return jsonResponse(created ? 201 : 200, presenter(call).single(object));
    }
    case 'DELETE': {
      const text = await request.text();
      const body = text.trim() === '' ? {} : await readObject(request);
      return jsonResponse(200, deleteObject(target, name, { body, query: request.query }));
    }
    default:
      throw methodNotAllowed(request.method);
  }
}

async function subresource(call: Call, name: string): Promise<ReplayResponse> {
  const { api, request, path, resource } = call;
  const { method } = request;
  const target = targetOf(call);
  if (resource.plural === 'pods' && path.subresource === 'log' && method === 'GET') {
    return podLogs(api.state, { namespace: path.namespace ?? '', name, query: request.query, signal: request.signal });
  }
  if (resource.plural === 'pods' && path.subresource === 'eviction' && method === 'POST') {
    return jsonResponse(201, evictPod(target, name, await readObject(request)));
  }
  if (path.subresource === 'scale' && method === 'GET') return jsonResponse(200, scaleOf(currentObject(target, name)));
  if (path.subresource === 'scale' && (method === 'PUT' || method === 'PATCH')) {
    return jsonResponse(200, rescale(target, name, await readObject(request)));
  }
  throw apiError({
    code: 404,
    reason: 'NotFound',
    message: `the server could not find the requested resource: ${path.subresource ?? ''}`,
  });
}

function targetOf({ api, request, path, resource }: Call): Target {
  const dryRun = request.query.get('dryRun');
  if (dryRun !== null && dryRun !== 'All')
    throw badRequest(`dryRun: Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`);
  return { state: api.state, resource, namespace: path.namespace, dryRun: dryRun === 'All' };
}

function presenter({ api, request, resource }: Call) {
  const view = { now: api.state.time.now(), includeObject: request.query.get('includeObject') };
  return presenterOf(resource, formOf(request.headers.accept), view);
}

function isWatch({ query }: ReplayRequest): boolean {
  return /^(1|true)$/.test(query.get('watch') ?? '');
}

function contentType({ headers }: ReplayRequest): string {
  return (headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
}

async function readObject(request: ReplayRequest): Promise<JsonObject> {
  const body = await readBody(request);
  if (isJsonObject(body)) return body;
  throw badRequest('the object provided is unrecognized (must be of type JSON object or YAML mapping)');
}

async function readBody(request: ReplayRequest): Promise<unknown> {
  const type = contentType(request);
  if (!/json|yaml/.test(type)) {
    throw apiError({
      code: 415,
      reason: 'UnsupportedMediaType',
      message: `the body of the request was in an unknown format: ${type}; accepted are JSON and YAML`,
    });
  }
  const text = await request.text();
  try {
    return /yaml/.test(type) ? (parse(text) as unknown) : (JSON.parse(text) as unknown);
  } catch (error) {
    throw badRequest(
      `the body of the request cannot be read: ${error instanceof Error ? error.message.split('\n')[0] : ''}`,
    );
  }
}

function methodNotAllowed(method: string): Error {
  return apiError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: `the server does not allow the method ${method} on the requested resource`,
  });
}
