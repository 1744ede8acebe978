/** One `Key:  value` line of `kubectl describe` with what is indented below it. */
export interface Entry {
  readonly key: string;
  /** The text after the key; continuation lines of the same value follow in `more`. */
  readonly value: string;
  readonly more: string[];
  readonly children: Entry[];
}

interface Open {
  readonly indent: number;
  readonly entry: Entry;
}

/**
 * Parses `kubectl describe` text by indentation. The last top-level `Events:` block is kept raw in `events` because its
 * messages contain colons of their own.
 */
export function parseDescribe(text: string): { root: Entry; events: string[] } {
  const root: Entry = { key: '', value: '', more: [], children: [] };
  const lines = text.split('\n');
  const eventsAt = lines.findLastIndex((line) => line.startsWith('Events:'));
  const stack: Open[] = [{ indent: -1, entry: root }];
  for (const line of eventsAt < 0 ? lines : lines.slice(0, eventsAt)) {
    const content = line.trimStart();
    if (content === '') continue;
    const indent = line.length - content.length;
    while ((stack.at(-1)?.indent ?? -1) >= indent) stack.pop();
    const parent = stack.at(-1)?.entry ?? root;
    const entry = entryOf(content);
    if (entry === null) {
      parent.more.push(content.trimEnd());
      continue;
    }
    parent.children.push(entry);
    stack.push({ indent, entry });
  }
  return { root, events: eventsAt < 0 ? [] : lines.slice(eventsAt + 1) };
}

// A key ends at the first colon of its line, which a space or nothing follows; one that begins with a dash is a single word.
function entryOf(content: string): Entry | null {
  const colon = content.indexOf(':');
  if (colon <= 0 || !isBlank(content, colon + 1)) return null;
  const key = content.slice(0, colon).trimEnd();
  if (key.startsWith('-') && /\s/.test(content.slice(0, colon))) return null;
  return { key, value: unset(content.slice(colon + 1).trim()), more: [], children: [] };
}

function isBlank(text: string, at: number): boolean {
  return at >= text.length || (text[at] ?? '').trim() === '';
}

/** The value of a key among an entry's children; undefined when absent, empty or `<none>`. */
export function valueOf(entry: Entry | undefined, key: string): string | undefined {
  const value = childOf(entry, key)?.value;
  return value === '' ? undefined : value;
}

const NONE: readonly Entry[] = [];

/** A child entry by key. */
export function childOf(entry: Entry | undefined, key: string): Entry | undefined {
  for (const child of entry?.children ?? NONE) if (child.key === key) return child;
  return undefined;
}

/** `a=b` pairs of a key, continuation lines included. */
export function pairsOf(entry: Entry | undefined, key: string): Record<string, string> {
  const child = childOf(entry, key);
  const pairs: Record<string, string> = {};
  for (const text of child ? [child.value, ...child.more] : []) {
    for (const part of text.split(',')) {
      const at = part.indexOf('=');
      if (at > 0) pairs[part.slice(0, at).trim()] = part.slice(at + 1).trim();
    }
  }
  return pairs;
}

/** `key: value` pairs below a key, its own line included (annotations, resources). */
export function mapOf(entry: Entry | undefined, key: string): Record<string, string> {
  const child = childOf(entry, key);
  const map: Record<string, string> = {};
  const first = child ? /^([^:\s]+):\s+(.*)$/.exec(child.value) : null;
  if (first?.[1]) map[first[1]] = first[2] ?? '';
  for (const { key: name, value } of child?.children ?? []) map[name] = value;
  return map;
}

/** Rows of a table whose columns stand apart by two or more spaces; header and ruler dropped. */
export function rowsOf(lines: readonly string[]): string[][] {
  return lines
    .filter((line) => line.trim() !== '' && !/^\s*-+(\s+-+)*\s*$/.test(line))
    .slice(1)
    .map((line) => line.trim().split(/\s{2,}/));
}

function unset(value: string): string {
  return /^<(none|unset|nil|unknown)>$/.test(value) ? '' : value;
}
