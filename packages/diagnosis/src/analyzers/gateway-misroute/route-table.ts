/** One route of an application gateway's configuration: requests to these paths go to this host. */
export interface Route {
  readonly id: string | null;
  readonly host: string;
  readonly port: number | null;
  readonly paths: readonly string[];
  /** Lines of the file, from 1, both ends included. */
  readonly from: number;
  readonly to: number;
}

/** Whether a text may hold a route table at all; most configuration ends here. */
export function looksLikeRoutes(text: string): boolean {
  return /proxy_pass|grpc_pass|\buri\s*[:=]|\broutes?\b|\bcluster\s*:|PathPrefix/i.test(text) && text.length < MAX_TEXT;
}

const MAX_TEXT = 262_144;

/** Reads the routes of a gateway's file: YAML lists of routes, properties, or nginx locations. */
export function readRoutes(text: string): readonly Route[] {
  const lines = text.split('\n');
  const blocks = [...listBlocks(lines), ...locationBlocks(lines), ...propertyBlocks(lines)];
  const routes = blocks.flatMap((block) => routeOf(block) ?? []);
  // A list of servers around a list of routes is read too; the innermost block is the route.
  return routes.filter(
    (route) => !routes.some((other) => other !== route && other.from >= route.from && other.to <= route.to),
  );
}

interface Block {
  readonly lines: readonly string[];
  readonly from: number;
  readonly to: number;
  /** The path of an nginx location, which stands in the block's head. */
  readonly location?: string;
}

const ITEM = /^(\s*)-\s+["']?[\w.-]+["']?\s*:/;

function* listBlocks(lines: readonly string[]): Iterable<Block> {
  for (const [index, line] of lines.entries()) {
    const indent = ITEM.exec(line)?.[1]?.length;
    if (indent === undefined) continue;
    let end = index + 1;
    while (end < lines.length && (lines[end]?.trim() === '' || indentOf(lines[end] ?? '') > indent)) end++;
    yield { lines: lines.slice(index, end), from: index + 1, to: lastFilled(lines, index, end) };
  }
}

function* locationBlocks(lines: readonly string[]): Iterable<Block> {
  for (const [index, line] of lines.entries()) {
    const location = /^\s*location\s+(?:[=~^*]+\s+)?(\S+?)\s*\{/.exec(line)?.[1];
    if (!location) continue;
    let depth = 0;
    let end = index;
    do {
      depth += count(lines[end], '{') - count(lines[end], '}');
      end++;
    } while (end < lines.length && depth > 0);
    yield { lines: lines.slice(index, end), from: index + 1, to: end, location };
  }
}

function propertyBlocks(lines: readonly string[]): readonly Block[] {
  const groups = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    const key = /^\s*([\w.-]*routes(?:\[\d+\]|\.[\w-]+))\.[\w-]+[^=:]*[=:]/i.exec(line)?.[1];
    if (key) groups.set(key, [...(groups.get(key) ?? []), index]);
  }
  return [...groups.values()].map((indexes) => {
    const from = Math.min(...indexes) + 1;
    return {
      lines: indexes.map((index) => (lines[index] ?? '').replace(/^.*?routes(?:\[\d+\]|\.[\w-]+)\./i, '')),
      from,
      to: Math.max(...indexes) + 1,
    };
  });
}

const TARGET =
  /\b(?:uri|url|upstream|service-?id|service|cluster|backend|target|proxy_pass|grpc_pass)["']?(?:\s*[:=]|\s)\s*["']?(?:([a-z][a-z0-9+.-]*):\/\/)?([a-z0-9][\w.-]*)(?::(\d{2,5}))?/i;
const PATH_LINE = /\b(?:path|paths|prefix|pathprefix|location|rule|pattern|predicates?)\b|^\s*-\s*["']?\//i;
const PATH = /(?:^|[\s"'`=(,[])(\/[\w.*{}:~/-]*)/g;

function routeOf({ lines, from, to, location }: Block): Route | null {
  const target = lines.map((line) => TARGET.exec(line)).find((match) => match !== null);
  const paths = [...(location ? [location] : []), ...lines.filter((line) => PATH_LINE.test(line)).flatMap(pathsIn)];
  const host = target?.[2]?.toLowerCase();
  if (!host || paths.length === 0) return null;
  const id = lines
    .map((line) => /\b(?:id|name)\s*[:=]\s*["']?([\w.-]+)/i.exec(line)?.[1])
    .find((found) => found !== undefined);
  return { id: id ?? null, host, port: target?.[3] ? Number(target[3]) : null, paths: [...new Set(paths)], from, to };
}

function pathsIn(line: string): readonly string[] {
  const value = line.replace(/[a-z][a-z0-9+.-]*:\/\/\S*/gi, '');
  return [...value.matchAll(PATH)].flatMap(([, path]) => (path && path.length > 1 ? [path] : []));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function lastFilled(lines: readonly string[], start: number, end: number): number {
  let last = end;
  while (last > start + 1 && lines[last - 1]?.trim() === '') last--;
  return last;
}

function count(line: string | undefined, mark: string): number {
  return (line ?? '').split(mark).length - 1;
}
