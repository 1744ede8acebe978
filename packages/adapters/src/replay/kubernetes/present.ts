import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { isJsonObject, textOf } from '@headwater/core/json.ts';
import { joinApiVersion } from '@headwater/core/kube/resources.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { ServedResource } from './catalog.ts';
import { eventAs } from './event-versions.ts';
import { tableOf } from './table.ts';

/** The three forms a client can ask for: whole objects, their metadata only, or a table for people. */
export type Form = 'object' | 'metadata' | 'table';

/** What the `Accept` header asks for; JSON is the answer to everything unknown. */
export function formOf(accept: string | undefined): Form {
  for (const part of (accept ?? '').split(',')) {
    if (!/^\s*(application\/json|\*\/\*)/.test(part)) continue;
    if (/as=Table/.test(part)) return 'table';
    return /as=PartialObjectMetadata/.test(part) ? 'metadata' : 'object';
  }
  return 'object';
}

export interface ListMetadata {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface Presenter {
  single(object: KubeObject): unknown;
  list(objects: readonly KubeObject[], metadata: ListMetadata): unknown;
}

/** How objects of a resource look to this client. */
export function presenterOf(
  resource: ServedResource,
  form: Form,
  view: { now: Millis; includeObject: string | null },
): Presenter {
  const apiVersion = joinApiVersion(resource);
  if (form === 'table') {
    return {
      single: (object) =>
        tableOf(resource, [object], { ...view, metadata: { resourceVersion: object.metadata.resourceVersion ?? '' } }),
      list: (objects, metadata) => tableOf(resource, objects, { ...view, metadata }),
    };
  }
  if (form === 'metadata') {
    return {
      single: metadataOnly,
      list: (objects, metadata) => ({
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
        metadata,
        items: objects.map(metadataOnly),
      }),
    };
  }
  return {
    single: (object) => served(object, apiVersion),
    list: (objects, metadata) => ({
      kind: `${resource.kind}List`,
      apiVersion,
      metadata,
      // Only custom resources repeat kind and apiVersion in each item.
      items: objects.map((object) =>
        resource.builtIn ? withoutKind(served(object, apiVersion)) : served(object, apiVersion),
      ),
    }),
  };
}

/** `metadata` as a PartialObjectMetadata. */
export function metadataOnly(object: KubeObject): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

function withoutKind(object: KubeObject): unknown {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

function served(object: KubeObject, apiVersion: string): KubeObject {
  if (object.kind === 'Event') return eventAs(object, apiVersion);
  return object.kind === 'Secret' && apiVersion === 'v1' ? secretAsServed(object) : object;
}

// Typed clients decode a Secret's values as base64; the note that stands for a value must not break them.
function secretAsServed(object: KubeObject): KubeObject {
  const data = object['data'];
  if (!isJsonObject(data)) return object;
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(textOf(value)).toString('base64')]);
  return { ...object, data: Object.fromEntries(encoded) as unknown };
}
