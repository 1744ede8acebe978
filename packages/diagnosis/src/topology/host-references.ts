/** A host that some text names: a URL's, a `host:port`, a cluster DNS name. */
export interface HostReference {
  /** Lower-case, without a trailing dot; an IPv4 address as it is. */
  readonly host: string;
  readonly port: number | null;
  readonly scheme: string | null;
  /** As it stands in the text, for citation: `redis-cart:6379`. */
  readonly text: string;
}

// Configuration of a length beyond this is data (dashboards, schemas), not addresses.
const MAX_TEXT = 65_536;
// Each expression starts at a rare mark and the name before it is walked back to: one that starts at any letter would cost
// the square of a long line.
const AFTER_SCHEME = /:\/\/(?:[^\s/@'"]*@)?([^\s/?#'"`;)\]}<>]+)/g;
const GO_DSN = /@(?:tcp|udp)\(([^)\s]+)\)/gi;
const PORT = /:(\d{2,5})(?![\w-]|[.:]\w)/g;
const SERVICE_SUFFIX = /\.svc(?:\.[a-z0-9-]+)*(?![\w-])/gi;
const NAME = /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)*\.?$/i;
const MAX_NAME = 253;

/** The hosts a text names with a scheme, a port or a cluster DNS name, each once, in order of appearance. */
export function hostsIn(text: string): readonly HostReference[] {
  const part = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
  const found = new Map<string, HostReference>();
  const take = (host: string, port: string | undefined, scheme: string | null): void => {
    const reference = referenceOf(host, port, scheme);
    if (!reference) return;
    const key = `${reference.host}:${reference.port ?? ''}`;
    if (!found.has(key)) found.set(key, reference);
  };
  for (const match of matches(part, '://', AFTER_SCHEME)) {
    const scheme = wordBefore(part, match.index, isSchemeCode).toLowerCase();
    // Replica sets list several hosts in one authority: `mongodb://a:27017,b:27017/shop`.
    for (const item of (match[1] ?? '').split(',')) takeAuthority(item, scheme, take);
  }
  for (const [, authority = ''] of matches(part, '(', GO_DSN)) takeAuthority(authority, 'tcp', take);
  for (const match of matches(part, ':', PORT)) {
    const host = wordBefore(part, match.index, isNameCode);
    // After a slash or colon it is the inside of a URL, a path or a time.
    const before = part[match.index - host.length - 1];
    if (before !== '/' && before !== ':') take(host, match[1], null);
  }
  for (const match of matches(part, '.', SERVICE_SUFFIX)) {
    const host = wordBefore(part, match.index, isNameCode) + match[0];
    if (![...found.values()].some((reference) => reference.host === host.toLowerCase())) take(host, undefined, null);
  }
  return found.size === 0 ? [] : [...found.values()];
}

// Most values are plain words: looking for a mark is far cheaper than beginning to match.
function matches(text: string, mark: string, pattern: RegExp): Iterable<RegExpExecArray> {
  return text.includes(mark) ? text.matchAll(pattern) : [];
}

/** A text that is nothing but one name, such as the value of `DB_HOST`; null otherwise. */
export function bareHost(text: string): HostReference | null {
  const { host, port } = splitAuthority(text.trim());
  return referenceOf(host, port, null);
}

/** Whether a host is a literal IPv4 address. */
export function isAddress(host: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}

function takeAuthority(
  authority: string,
  scheme: string,
  take: (host: string, port: string | undefined, scheme: string | null) => void,
): void {
  const { host, port } = splitAuthority(authority);
  take(host, port, scheme);
}

function splitAuthority(authority: string): { host: string; port: string | undefined } {
  const colon = authority.lastIndexOf(':');
  return colon < 0
    ? { host: authority, port: undefined }
    : { host: authority.slice(0, colon), port: authority.slice(colon + 1) };
}

function wordBefore(text: string, end: number, isAllowed: (code: number) => boolean): string {
  let start = end;
  while (start > 0 && end - start < MAX_NAME && isAllowed(text.charCodeAt(start - 1))) start--;
  return text.slice(start, end);
}

// Character codes: this runs for every port and URL of every log line and ConfigMap.
function isNameCode(code: number): boolean {
  return isWordCode(code) || code === 46 || code === 45;
}

function isSchemeCode(code: number): boolean {
  return isNameCode(code) || code === 43;
}

function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
}

function referenceOf(rawHost: string, rawPort: string | undefined, scheme: string | null): HostReference | null {
  if (rawHost.length > MAX_NAME || !NAME.test(rawHost)) return null;
  const host = rawHost.toLowerCase().replace(/\.$/, '');
  const port = rawPort === undefined ? null : Number(rawPort);
  if (port !== null && !(port >= 1 && port <= 65_535)) return null;
  // `12:30` is a time and `1.2:80` a version; a host has a letter or is a whole address.
  if (!/[a-z]/.test(host) && !isAddress(host)) return null;
  if (host === 'localhost' || host.startsWith('127.') || host === '0.0.0.0') return null;
  return { host, port, scheme, text: rawPort === undefined ? rawHost : `${rawHost}:${rawPort}` };
}
