import { canonicalJson } from '@headwater/core/ids.ts';
import { isJsonObject, type JsonObject, textOf } from '@headwater/core/json.ts';
import { apiError, badRequest } from './status.ts';

/** RFC 6902. Throws a 422 that names the operation that cannot be applied. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch must be a list of operations');
  let document = structuredClone(target);
  for (const [index, operation] of patch.entries()) document = applyOperation(document, operation, index);
  return document;
}

function applyOperation(document: unknown, operation: unknown, index: number): unknown {
  if (!isJsonObject(operation)) throw badRequest(`operation ${index} of the JSON patch is no object`);
  const path = textOf(operation['path']);
  const fail = (why: string): never => {
    throw apiError({
      code: 422,
      reason: 'Invalid',
      message: `the server rejected our request due to an error in our request: operation ${index} (${textOf(operation['op'])} ${path}): ${why}`,
    });
  };
  const keys = pointer(path, fail);
  switch (operation['op']) {
    case 'add':
      return setAt(document, keys, { value: operation['value'], insert: true, fail });
    case 'replace':
      readAt(document, keys, fail);
      return setAt(document, keys, { value: operation['value'], insert: false, fail });
    case 'remove':
      return removeAt(document, keys, fail);
    case 'test':
      if (canonicalJson(readAt(document, keys, fail)) !== canonicalJson(operation['value']))
        fail('the value is another');
      return document;
    case 'copy':
    case 'move': {
      const from = pointer(textOf(operation['from']), fail);
      const value = structuredClone(readAt(document, from, fail));
      const rest = operation['op'] === 'move' ? removeAt(document, from, fail) : document;
      return setAt(rest, keys, { value, insert: true, fail });
    }
    default:
      return fail('expected one of add, remove, replace, move, copy, test');
  }
}

type Fail = (why: string) => never;

function pointer(path: string, fail: Fail): string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) return fail('a path starts with "/"');
  return path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function readAt(document: unknown, keys: readonly string[], fail: Fail): unknown {
  let value = document;
  for (const key of keys) {
    if (Array.isArray(value) && /^\d+$/.test(key) && Number(key) < value.length) value = value[Number(key)] as unknown;
    else if (isJsonObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return fail(`there is no ${key}`);
  }
  return value;
}

interface Setting {
  readonly value: unknown;
  readonly insert: boolean;
  readonly fail: Fail;
}

function setAt(document: unknown, keys: readonly string[], { value, insert, fail }: Setting): unknown {
  const last = keys.at(-1);
  if (last === undefined) return value;
  const parent = readAt(document, keys.slice(0, -1), fail);
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length)
      fail(`${last} is no place in a list of ${parent.length}`);
    parent.splice(index, insert ? 0 : 1, value);
  } else if (isJsonObject(parent)) parent[last] = value;
  else fail('its parent is neither an object nor a list');
  return document;
}

function removeAt(document: unknown, keys: readonly string[], fail: Fail): unknown {
  const last = keys.at(-1);
  if (last === undefined) return null;
  readAt(document, keys, fail);
  const parent = readAt(document, keys.slice(0, -1), fail);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as JsonObject)[last];
  return document;
}
