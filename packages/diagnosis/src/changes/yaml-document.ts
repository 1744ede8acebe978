import { parseJson } from './json-document.ts';

/**
 * Reads the YAML that configuration is written in: maps and lists by indentation, plain and quoted texts, block texts, JSON-like
 * values. Anchors, tags, templates and several documents are left to a comparison by lines: undefined. Scalars stay texts, as
 * somebody wrote them.
 */
export function parseYaml(text: string): unknown {
  if (BEYOND.test(text)) return undefined;
  const lines = linesOf(text);
  const [first] = lines;
  if (!first || !(isItem(first.text) || keyIn(first.text) !== null)) return undefined;
  const reader: Reader = { lines, raw: text.split('\n'), at: 0 };
  const value = readBlock(reader, first.indent);
  return reader.at === lines.length && value !== REFUSED ? value : undefined;
}

interface Line {
  readonly indent: number;
  readonly text: string;
  /** Its place in the whole text. */
  readonly row: number;
}

interface Reader {
  readonly lines: Line[];
  readonly raw: readonly string[];
  at: number;
}

const REFUSED = Symbol('not read');
// Tabs that indent, templates, a second document, anchors and references, tags, complex keys, merged maps.
const BEYOND = /^\t|\{\{|^---[^\n]*\n[\s\S]*^---|^\.\.\.|(?::|-)\s+[&*!]\S|^[ \t]*\?\s|^[ \t]*<<:/m;
const BLOCK = /^[|>][+-]?\d?$/;

function linesOf(text: string): Line[] {
  return text.split('\n').flatMap((raw, row) => {
    const line = withoutRemark(raw).trimEnd();
    if (line.trim() === '' || line.startsWith('---')) return [];
    const body = line.trimStart();
    return [{ indent: line.length - body.length, text: body, row }];
  });
}

function withoutRemark(line: string): string {
  if (!line.includes('#')) return line;
  if (/^\s*#/.test(line)) return '';
  // A sign inside quotes is part of the text.
  return /["']/.test(line) ? line : line.replace(/\s#.*$/, '');
}

function isItem(text: string): boolean {
  return text === '-' || text.startsWith('- ');
}

/** Longer keys are no keys; and what has none must not cost more for being long. */
const LONGEST_KEY = 300;

/** The key a line begins with, and what stands behind it; null for a line that has none. */
function keyIn(text: string): { readonly name: string; readonly rest: string } | null {
  const quote = text[0] === '"' || text[0] === "'" ? text[0] : null;
  const from = quote ? text.indexOf(quote, 1) + 1 : 0;
  if (quote ? from === 0 : /^(?:[\s#{}[\],&*!|>%@`]|-[\s:])/.test(text)) return null;
  const at = colonIn(text, from);
  if (at < 0 || at > LONGEST_KEY) return null;
  const key = text.slice(0, at).trimEnd();
  if (key === '' || (quote && key.length !== from)) return null;
  return { name: unquoted(key), rest: text.slice(at + 1).trimStart() };
}

function colonIn(text: string, from: number): number {
  for (let at = text.indexOf(':', from); at >= 0 && at <= LONGEST_KEY; at = text.indexOf(':', at + 1)) {
    const next = text[at + 1];
    if (next === undefined || next === ' ' || next === '\t') return at;
  }
  return -1;
}

function readBlock(reader: Reader, indent: number): unknown {
  const line = reader.lines[reader.at];
  if (!line) return REFUSED;
  return isItem(line.text) ? readList(reader, indent) : readMap(reader, indent);
}

function readMap(reader: Reader, indent: number): unknown {
  const map: Record<string, unknown> = {};
  for (let line = reader.lines[reader.at]; line && line.indent >= indent; line = reader.lines[reader.at]) {
    const found = line.indent === indent && !isItem(line.text) ? keyIn(line.text) : null;
    if (!found) return REFUSED;
    const { name, rest } = found;
    if (Object.hasOwn(map, name)) return REFUSED;
    reader.at += 1;
    const value = readValue(reader, { text: rest, indent, row: line.row });
    if (value === REFUSED) return REFUSED;
    map[name] = value;
  }
  return map;
}

function readList(reader: Reader, indent: number): unknown {
  const items: unknown[] = [];
  for (let line = reader.lines[reader.at]; line && line.indent >= indent; line = reader.lines[reader.at]) {
    if (line.indent > indent) return REFUSED;
    // A map goes on at the depth of a list that is its value.
    if (!isItem(line.text)) break;
    const body = line.text.slice(1).trimStart();
    const inner = indent + line.text.length - body.length;
    let value: unknown;
    if (body !== '' && !isQuoted(body) && keyIn(body)) {
      reader.lines[reader.at] = { indent: inner, text: body, row: line.row };
      value = readMap(reader, inner);
    } else {
      reader.at += 1;
      value = readValue(reader, { text: body, indent, row: line.row });
    }
    if (value === REFUSED) return REFUSED;
    items.push(value);
  }
  return items;
}

/** What stands behind a key or a dash, there or in the lines below it. */
function readValue(reader: Reader, { text, indent, row }: Line): unknown {
  const next = reader.lines[reader.at];
  if (BLOCK.test(text)) return readText(reader, indent, row);
  if (text !== '') return next && next.indent > indent ? REFUSED : scalar(text);
  if (next && (next.indent > indent || (next.indent === indent && isItem(next.text) && !isItemRow(reader, row))))
    return readBlock(reader, next.indent);
  return null;
}

// An empty item of a list is not the head of the items that follow it.
function isItemRow({ raw }: Reader, row: number): boolean {
  return (raw[row] ?? '').trim() === '-';
}

function readText(reader: Reader, indent: number, row: number): string {
  const kept: string[] = [];
  for (let at = row + 1; at < reader.raw.length; at++) {
    const line = reader.raw[at] ?? '';
    if (line.trim() !== '' && line.length - line.trimStart().length <= indent) break;
    kept.push(line);
  }
  const end = row + kept.length;
  while ((reader.lines[reader.at]?.row ?? Number.POSITIVE_INFINITY) <= end) reader.at += 1;
  const depth = Math.min(
    ...kept.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length),
  );
  return kept.map((line) => line.slice(Number.isFinite(depth) ? depth : 0)).join('\n');
}

function scalar(text: string): unknown {
  if (/^[{[]/.test(text)) return flow(text);
  if (/^(?:~|null)$/.test(text)) return null;
  return unquoted(text);
}

function flow(text: string): unknown {
  const value = parseJson(text);
  return value === undefined ? text : value;
}

function isQuoted(text: string): boolean {
  return /^(?:"(?:[^"\\]|\\.)*"|'[^']*')$/.test(text);
}

function unquoted(text: string): string {
  return isQuoted(text) ? text.slice(1, -1) : text;
}
