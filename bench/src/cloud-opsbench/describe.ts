import { blankEnd, isBlank, lineEnd } from './text.ts';

/** One `Key:  value` line of `kubectl describe` with what is indented below it. */
export interface Entry {
  readonly key: string;
  /** The text after the key; continuation lines of the same value follow in `more`. */
  readonly value: string;
  readonly more: string[];
  readonly children: Entry[];
  readonly indent: number;
}

/**
 * Parses `kubectl describe` text by indentation. The last top-level `Events:` block is kept raw in `events` because its
 * messages contain colons of their own.
 */
export function parseDescribe(text: string): { root: Entry; events: string[] } {
  const root: Entry = { key: '', value: '', more: [], children: [], indent: -1 };
  const eventsAt = lastLineAt(text, 'Events:');
  const end = eventsAt ?? text.length;
  const open: Entry[] = [];
  for (let from = 0, to = 0; from < end; from = to + 1) {
    to = lineEnd(text, from);
    const start = blankEnd(text, from, to);
    if (start === to) continue;
    while (open.length > 0 && (open.at(-1) ?? root).indent >= start - from) open.pop();
    const parent = open.at(-1) ?? root;
    const entry = entryAt(text, { from, start, to });
    if (entry === null) {
      parent.more.push(text.slice(start, to).trimEnd());
      continue;
    }
    parent.children.push(entry);
    open.push(entry);
  }
  return { root, events: eventsAt === null ? [] : text.slice(eventsAt).split('\n').slice(1) };
}

function lastLineAt(text: string, beginning: string): number | null {
  const at = text.lastIndexOf(`\n${beginning}`);
  return at >= 0 ? at + 1 : text.startsWith(beginning) ? 0 : null;
}

interface Line {
  readonly from: number;
  /** Where its indentation ends. */
  readonly start: number;
  readonly to: number;
}

// A key ends at the first colon of its line, which a space or nothing follows; one that begins with a dash is a single word.
function entryAt(text: string, { from, start, to }: Line): Entry | null {
  const colon = text.indexOf(':', start);
  if (colon <= start || colon >= to || (colon + 1 < to && !isBlank(text, colon + 1))) return null;
  const key = text.slice(start, colon).trimEnd();
  if (key.startsWith('-') && /\s/.test(text.slice(start, colon))) return null;
  const value = text.slice(blankEnd(text, colon + 1, to), to).trimEnd();
  return { key, value: isUnset(value) ? '' : value, more: [], children: [], indent: start - from };
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
  if (!child) return pairs;
  addPairs(pairs, child.value);
  for (const line of child.more) addPairs(pairs, line);
  return pairs;
}

function addPairs(pairs: Record<string, string>, text: string): void {
  for (let from = 0, to = 0; from < text.length; from = to + 1) {
    to = text.indexOf(',', from);
    if (to < 0) to = text.length;
    const at = text.indexOf('=', from);
    if (at > from && at < to) pairs[text.slice(from, at).trim()] = text.slice(at + 1, to).trim();
  }
}

/** `key: value` pairs below a key, its own line included (annotations, resources). */
export function mapOf(entry: Entry | undefined, key: string): Record<string, string> {
  const child = childOf(entry, key);
  const map: Record<string, string> = {};
  if (!child) return map;
  const first = child.value === '' ? null : /^([^:\s]+):\s+(.*)$/.exec(child.value);
  if (first?.[1]) map[first[1]] = first[2] ?? '';
  for (const { key: name, value } of child.children) map[name] = value;
  return map;
}

/** The rows of a table below a key. */
export function tableOf(entry: Entry | undefined, key: string): string[][] {
  const child = childOf(entry, key);
  if (!child) return [];
  // Table rows hold no colon keys, except where a message does: those were parsed as children and are put back.
  const astray = child.children.map(({ key: name, value }) => `${name}: ${value}`);
  return rowsOf(astray.length === 0 ? child.more : [...child.more, ...astray]);
}

/** Rows of a table whose columns stand apart by two or more spaces; header and ruler dropped. */
export function rowsOf(lines: readonly string[]): string[][] {
  const rows: string[][] = [];
  let isHeader = true;
  for (const line of lines) {
    const text = line.trim();
    if (text === '' || /^-+(\s+-+)*$/.test(text)) continue;
    if (!isHeader) rows.push(cellsOf(text));
    isHeader = false;
  }
  return rows;
}

function cellsOf(text: string): string[] {
  // Columns are padded with spaces; only a message may hold anything else.
  if (text.includes('\t')) return text.split(/\s{2,}/);
  const cells: string[] = [];
  let from = 0;
  for (let gap = text.indexOf('  '); gap >= 0; gap = text.indexOf('  ', from)) {
    cells.push(text.slice(from, gap));
    from = blankEnd(text, gap, text.length);
  }
  cells.push(text.slice(from));
  return cells;
}

function isUnset(value: string): boolean {
  return value.startsWith('<') && /^<(none|unset|nil|unknown)>$/.test(value);
}
