/** What a path of the Kubernetes API names. */
export interface ApiPath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** A path below a group and version; undefined when it is none (`/api`, `/apis/apps`, `/version`). */
export function parseApiPath(path: string): ApiPath | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  const [root, ...rest] = parts;
  if (root === 'api' && rest.length >= 2) return resourcePath('', rest[0] ?? '', rest.slice(1));
  if (root === 'apis' && rest.length >= 3) return resourcePath(rest[0] ?? '', rest[1] ?? '', rest.slice(2));
  return undefined;
}

// `/api/v1/namespaces/shop` is the Namespace itself, `/api/v1/namespaces/shop/pods` lies in it.
function resourcePath(group: string, version: string, parts: readonly string[]): ApiPath {
  const [first = '', second, third] = parts;
  const ownSubresource = parts.length === 3 && (third === 'status' || third === 'finalize');
  const inNamespace = first === 'namespaces' && parts.length >= 3 && !ownSubresource;
  const [plural = '', name, subresource] = inNamespace ? parts.slice(2) : parts;
  return { group, version, plural, namespace: inNamespace ? second : undefined, name, subresource };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
