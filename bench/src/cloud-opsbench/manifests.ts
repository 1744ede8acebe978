import { parseAllDocuments } from 'yaml';
import { blankEnd, isBlank, lineEnd } from './text.ts';

/** The documents of a YAML text as plain values. */
export function parseManifests(text: string): unknown[] {
  return text.split(/^---[ \t]*$/m).flatMap((part) => {
    const plain = parsePlain(part);
    if (plain) return [plain.value];
    return parseAllDocuments(part).map((document) => document.toJS() as unknown);
  });
}

/** A line that says something: its indentation and the rest, comment cut off. */
interface Line {
  readonly indent: number;
  readonly text: string;
}

interface Reader {
  readonly lines: Line[];
  at: number;
}

const FOREIGN = Symbol('more than plain YAML');

/**
 * Reads block maps and lists of one-line scalars, which is all that most manifests are made of; null when a text holds anything else. A
 * full parser keeps every token and takes ten times as long.
 */
function parsePlain(text: string): { value: unknown } | null {
  if (text.includes('\t') && /^[^\S\n]*\t/m.test(text)) return null;
  const reader: Reader = { lines: linesOf(text), at: 0 };
  const first = reader.lines[0];
  if (!first) return { value: null };
  const value = block(reader, first.indent);
  return value === FOREIGN || reader.at < reader.lines.length ? null : { value };
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  const hasMarks = text.includes('#');
  for (let from = 0, to = 0; from < text.length; from = to + 1) {
    to = lineEnd(text, from);
    const start = blankEnd(text, from, to);
    if (start === to) continue;
    const content = text.slice(start, to).trimEnd();
    const kept = hasMarks ? withoutComment(content) : content;
    if (kept !== '') lines.push({ indent: start - from, text: kept });
  }
  return lines;
}

// A quoted text that holds a mark of a comment is left to the full parser, by its missing end.
function withoutComment(content: string): string {
  const mark = content.startsWith('#') ? 0 : content.search(/\s#/);
  return mark < 0 ? content : content.slice(0, mark).trimEnd();
}

function block(reader: Reader, indent: number): unknown {
  return isItem(reader.lines[reader.at]?.text) ? list(reader, indent) : map(reader, indent);
}

function isItem(text: string | undefined): boolean {
  return text !== undefined && text.charCodeAt(0) === DASH && (text.length === 1 || text[1] === ' ');
}

const DASH = 45;

function list(reader: Reader, indent: number): unknown {
  const items: unknown[] = [];
  for (
    let line = reader.lines[reader.at];
    line?.indent === indent && isItem(line.text);
    line = reader.lines[reader.at]
  ) {
    const rest = line.text.slice(1).trimStart();
    let item: unknown;
    if (rest === '') {
      reader.at++;
      item = nested(reader, indent + 1);
    } else if (isItem(rest)) return FOREIGN;
    else if (keyEnd(rest) > 0) {
      // The map begins on the line of its dash: read it as if the dash were indentation.
      const inner = indent + line.text.length - rest.length;
      reader.lines[reader.at] = { indent: inner, text: rest };
      item = map(reader, inner);
    } else {
      reader.at++;
      item = scalar(rest);
    }
    if (item === FOREIGN) return FOREIGN;
    items.push(item);
  }
  return items;
}

/** Where the colon of a `key: value` line stands; 0 when the line is none, or its key is not plain. */
function keyEnd(text: string): number {
  if (text[0] === '-' || text[0] === '/') return 0;
  let end = 0;
  while (isKeyCode(text.charCodeAt(end))) end++;
  return text[end] === ':' && (end + 1 === text.length || isBlank(text, end + 1)) ? end : 0;
}

// Letters, digits and `_-./`, of which the last three stand before the digits.
function isKeyCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 45 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
}

function map(reader: Reader, indent: number): unknown {
  const entries: Record<string, unknown> = {};
  const start = reader.at;
  for (
    let line = reader.lines[reader.at];
    line?.indent === indent && !isItem(line.text);
    line = reader.lines[reader.at]
  ) {
    const end = keyEnd(line.text);
    const key = line.text.slice(0, end);
    if (end === 0 || key === 'null' || key === '__proto__' || Object.hasOwn(entries, key)) return FOREIGN;
    const rest = blankEnd(line.text, end + 1, line.text.length);
    reader.at++;
    const value = rest === line.text.length ? below(reader, indent) : scalar(line.text.slice(rest));
    if (value === FOREIGN) return FOREIGN;
    entries[key] = value;
  }
  return reader.at === start ? FOREIGN : entries;
}

/** The block below a key; a list may stand at the indentation of its own key. */
function below(reader: Reader, indent: number): unknown {
  const next = reader.lines[reader.at];
  return next?.indent === indent && isItem(next.text) ? list(reader, indent) : nested(reader, indent + 1);
}

/** The block below a key or dash, at least so far indented; null when there is none. */
function nested(reader: Reader, least: number): unknown {
  const next = reader.lines[reader.at];
  return next && next.indent >= least ? block(reader, next.indent) : null;
}

const WORD = /^[A-Za-z0-9_./][A-Za-z0-9_./:@+=,() -]*$/;

const CONSTANTS = new Map<string, boolean | null>([
  ...['null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const LONGEST_CONSTANT = 5;

function scalar(text: string): unknown {
  const mark = text[0];
  if (mark === '"' || mark === "'") return quoted(text, mark);
  if (!WORD.test(text) || (text.includes(':') && /:(?:\s|$)/.test(text))) return FOREIGN;
  const constant = text.length > LONGEST_CONSTANT ? undefined : CONSTANTS.get(text);
  if (constant !== undefined) return constant;
  if (!/^[\d.]/.test(text)) return text;
  if (/^\d{1,15}$/.test(text) || /^\d{1,9}\.\d{1,6}$/.test(text)) return Number(text);
  // Other spellings of numbers: hexadecimal, octal, exponents, infinity.
  return /^[\d.]+(?:[eExXoO]|$)|^\.(?:inf|nan)|^\.{3}/i.test(text) ? FOREIGN : text;
}

function quoted(text: string, mark: string): unknown {
  const inner = text.slice(1, -1);
  const isPlain = text.length > 1 && text.endsWith(mark) && !inner.includes(mark);
  // Only between double quotes does a backslash stand for something else.
  return isPlain && (mark === "'" || !inner.includes('\\')) ? inner : FOREIGN;
}
