import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { describeValue } from '@headwater/contracts/shape.ts';
import { isJsonObject, type JsonObject, listOf, textOf } from '@headwater/core/json.ts';
import { joinApiVersion, resourceNamed, RESOURCE_TYPES } from '@headwater/core/kube/resources.ts';
import { redactSecret } from '@headwater/core/masking/redact-object.ts';
import type { RecordingItem, RefusedKind } from '@headwater/engine/ports/recording.ts';
import { malformedItem, type SourceDocument } from './documents.ts';

type Path = readonly (string | number)[];

/**
 * The Kubernetes objects of one document: a single object, a List as kubectl prints it, a typed list as the API answers, or a bare
 * JSON list. A failed `Status` in place of a list says that the kind was refused. Secret values are dropped here already.
 */
export function objectItems(document: SourceDocument): Iterable<RecordingItem> {
  const { value } = document;
  if (Array.isArray(value)) return itemsOf(document, value as unknown[], []);
  if (!isJsonObject(value)) return [malformedObject(document, [], value)];
  const kind = textOf(value['kind']);
  if (kind === 'Status' && value['apiVersion'] === 'v1') return [refusalItem(document, value)];
  const isList = kind.endsWith('List') && (Array.isArray(value['items']) || (value['items'] ?? null) === null);
  return isList ? listItems(document, value, kind) : [oneObject(document, value, [])];
}

function* listItems(document: SourceDocument, list: JsonObject, kind: string): Generator<RecordingItem> {
  const items = listOf(list['items']).map((item) => (kind === 'List' ? item : withKind(item, list, kind)));
  yield* itemsOf(document, items, ['items']);
  const listed = listedKind(document.file, list, items);
  if (listed) yield { type: 'listed', file: document.file, listed };
}

function* itemsOf(document: SourceDocument, items: readonly unknown[], path: Path): Generator<RecordingItem> {
  for (const [index, item] of items.entries()) yield oneObject(document, item, [...path, index]);
}

function oneObject(document: SourceDocument, value: unknown, path: Path): RecordingItem {
  const { object, dropped } = parseObject(value);
  if (!object) return malformedObject(document, path, value);
  return { type: 'object', file: document.file, object: redactSecret(object), dropped };
}

function malformedObject(document: SourceDocument, path: Path, value: unknown): RecordingItem {
  const what = isJsonObject(value) ? `found an object with ${presentFields(value)}` : `found ${describeValue(value)}`;
  return malformedItem(document, path, {
    what,
    expected: 'a Kubernetes object with apiVersion, kind and metadata.name',
  });
}

function presentFields(value: JsonObject): string {
  const names = Object.keys(value).slice(0, 5);
  return names.length === 0 ? 'no fields' : `the fields ${names.join(', ')}`;
}

// Items of a typed list (PodList) carry neither kind nor apiVersion: the list says it for all of them.
function withKind(item: unknown, list: JsonObject, kind: string): unknown {
  if (!isJsonObject(item) || item['kind'] !== undefined) return item;
  return { apiVersion: list['apiVersion'], kind: kind.slice(0, -'List'.length), ...item };
}

function listedKind(file: string, list: JsonObject, items: readonly unknown[]) {
  const kinds = new Map<string, { apiVersion: string; kind: string }>();
  const namespaces = new Set<string>();
  for (const item of items) {
    if (!isJsonObject(item)) continue;
    const identity = { apiVersion: textOf(item['apiVersion']), kind: textOf(item['kind']) };
    kinds.set(`${identity.apiVersion}/${identity.kind}`, identity);
    const namespace = isJsonObject(item['metadata']) ? textOf(item['metadata']['namespace']) : '';
    if (namespace !== '') namespaces.add(namespace);
  }
  // A list of mixed kinds was put together by hand; its objects speak for themselves.
  const [identity] = kinds.size === 1 ? kinds.values() : kinds.size === 0 ? [emptyListKind(file, list)] : [];
  if (!identity) return undefined;
  const parts = file.split('/');
  const link = isJsonObject(list['metadata']) ? textOf(list['metadata']['selfLink']) : '';
  const asked = /\/namespaces\/([^/]+)\//.exec(link)?.[1];
  return {
    ...identity,
    ...(asked === undefined ? {} : { namespace: asked }),
    namespaces: [...namespaces].sort(),
    ...(parts.length > 2 ? { folder: parts[1] } : {}),
  };
}

// kubectl prints an empty list as `kind: List`; then only the file's name tells what was asked for.
function emptyListKind(file: string, list: JsonObject): { apiVersion: string; kind: string } | undefined {
  const kind = textOf(list['kind']);
  if (kind !== 'List') return { apiVersion: textOf(list['apiVersion']), kind: kind.slice(0, -'List'.length) };
  const name = (file.split('/').at(-1) ?? '').replace(/\.(json|ya?ml)$/i, '');
  const type = resourceNamed(name) ?? resourceNamed(name.split(/[._-]/)[0] ?? '');
  return type && { apiVersion: joinApiVersion(type), kind: type.kind };
}

function refusalItem(document: SourceDocument, status: JsonObject): RecordingItem {
  const details = isJsonObject(status['details']) ? status['details'] : {};
  const resource = textOf(details['kind']);
  if (status['status'] !== 'Failure' || resource === '') {
    const expected = 'a failed Status whose details.kind names the resource, such as "secrets"';
    return malformedItem(document, [], { what: 'found a Status that refuses nothing', expected });
  }
  const group = textOf(details['group']);
  const type = RESOURCE_TYPES.find((known) => known.plural === resource && known.group === group);
  const message = textOf(status['message']);
  const namespace = /in the namespace "([^"]+)"/.exec(message)?.[1];
  const refused: RefusedKind = {
    apiVersion: type ? joinApiVersion(type) : group,
    kind: type?.kind ?? resource,
    ...(namespace === undefined ? {} : { namespace }),
    state: status['reason'] === 'Forbidden' || status['code'] === 403 ? 'forbidden' : 'unreachable',
    message,
  };
  return { type: 'refused', file: document.file, refused };
}
