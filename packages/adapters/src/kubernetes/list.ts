import { parseObject } from '@headwater/contracts/kube/parse.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { ListOutcome, ListRequest } from '@headwater/engine/ports/cluster.ts';
import { z } from 'zod';
import type { Transport } from '../http/transport.ts';
import { getJson } from './api.ts';
import { collectionPath } from './discovery.ts';
import { trim } from './trim.ts';

const PAGE = 500;
/** Relists after an expired continue token before giving up: a busier cluster would never let us finish. */
const MAX_RESTARTS = 3;

export interface Page {
  readonly objects: KubeObject[];
  readonly resourceVersion: string;
  /** False when more pages were left unread. */
  readonly complete: boolean;
}

const ListBody = z.looseObject({
  metadata: z.looseObject({ continue: z.string().nullish(), resourceVersion: z.string().nullish() }).default({}),
  items: z.array(z.unknown()).nullish(),
});

/** Lists a collection page by page; refusals are outcomes. `maxObjects` cuts and says so. */
export async function listAll(transport: Transport, request: ListRequest, maxObjects: number): Promise<ListOutcome> {
  try {
    const { objects, complete } = await listPages(transport, request, maxObjects);
    const cut = complete ? null : `only the first ${objects.length} ${request.resource.plural} were read`;
    return { state: 'read', objects, cut };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'forbidden') return { state: 'forbidden', message: error.message };
    // A kind that vanished between discovery and now (a deleted CRD) is empty, not broken.
    if (error.code === 'not_found') return { state: 'read', objects: [], cut: null };
    if (error.code === 'unauthenticated') throw error;
    return { state: 'unreachable', message: error.message };
  }
}

/** All pages of a collection with the resourceVersion to watch from; an expired continue token restarts the list. */
export async function listPages(
  transport: Transport,
  request: ListRequest,
  maxObjects = Number.POSITIVE_INFINITY,
): Promise<Page> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await onePass(transport, request, maxObjects);
    } catch (error) {
      if (!(error instanceof AppError) || error.details['status'] !== 410 || attempt >= MAX_RESTARTS) throw error;
    }
  }
}

async function onePass(
  transport: Transport,
  { resource, namespace, signal }: ListRequest,
  maxObjects: number,
): Promise<Page> {
  const objects: KubeObject[] = [];
  let token: string | undefined;
  for (;;) {
    const answer = await getJson(transport, {
      path: collectionPath(resource, namespace),
      query: { limit: PAGE, continue: token },
      signal,
      headers: acceptOf(resource.kind),
    });
    const body = ListBody.safeParse(answer);
    if (!body.success) throw new AppError('invalid', `the answer for ${resource.plural} is not a List`);
    for (const item of body.data.items ?? []) objects.push(...readItem(item, resource));
    token = body.data.metadata.continue || undefined;
    if (!token || objects.length >= maxObjects)
      return { objects, resourceVersion: body.data.metadata.resourceVersion ?? '', complete: !token };
  }
}

/** Secrets are asked for by their metadata only, so that no value ever crosses the wire. */
export function acceptOf(kind: string): Record<string, string> {
  return kind === 'Secret' ? { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' } : {};
}

/** One list item or watch event object as ours: items of typed lists carry neither kind nor apiVersion. */
export function readItem(item: unknown, { apiVersion, kind }: ListRequest['resource']): KubeObject[] {
  const { object } = parseObject({ ...(item as object), apiVersion, kind });
  return object ? [trim(object)] : [];
}
