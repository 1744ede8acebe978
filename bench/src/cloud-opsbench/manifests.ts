import { parseAllDocuments } from 'yaml';

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
  if (/^[^\S\n]*\t/m.test(text)) return null;
  const lines: Line[] = [];
  for (const raw of text.split('\n')) {
    const content = raw.trimStart();
    const cut = content.includes('#') ? withoutComment(content) : content.trimEnd();
    if (cut !== '') lines.push({ indent: raw.length - content.length, text: cut });
  }
  if (lines.length === 0) return { value: null };
  const reader: Reader = { lines, at: 0 };
  const value = block(reader, lines[0]?.indent ?? 0);
  return value === FOREIGN || reader.at < lines.length ? null : { value };
}

// A quoted text that holds a mark of a comment is left to the full parser, by its missing end.
function withoutComment(content: string): string {
  const mark = content.startsWith('#') ? 0 : content.search(/\s#/);
  return (mark < 0 ? content : content.slice(0, mark)).trimEnd();
}

function block(reader: Reader, indent: number): unknown {
  return isItem(reader.lines[reader.at]) ? list(reader, indent) : map(reader, indent);
}

function isItem(line: Line | undefined): boolean {
  return line !== undefined && (line.text === '-' || line.text.startsWith('- '));
}

function list(reader: Reader, indent: number): unknown {
  const items: unknown[] = [];
  for (let line = reader.lines[reader.at]; line?.indent === indent && isItem(line); line = reader.lines[reader.at]) {
    const rest = line.text.slice(1).trimStart();
    let item: unknown;
    if (rest === '') {
      reader.at++;
      item = nested(reader, indent + 1);
    } else if (isItem({ indent, text: rest })) return FOREIGN;
    else if (ENTRY.test(rest)) {
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

const ENTRY = /^([A-Za-z0-9_.][A-Za-z0-9_./-]*):(?:\s+(.*))?$/;

function map(reader: Reader, indent: number): unknown {
  const entries: Record<string, unknown> = {};
  const start = reader.at;
  for (let line = reader.lines[reader.at]; line?.indent === indent && !isItem(line); line = reader.lines[reader.at]) {
    const entry = ENTRY.exec(line.text);
    const key = entry?.[1] ?? '';
    const rest = entry?.[2] ?? '';
    if (key === '' || key === 'null' || key === '__proto__' || Object.hasOwn(entries, key)) return FOREIGN;
    reader.at++;
    const next = reader.lines[reader.at];
    // A list may stand at the indentation of its own key.
    const value =
      rest !== ''
        ? scalar(rest)
        : next?.indent === indent && isItem(next)
          ? list(reader, indent)
          : nested(reader, indent + 1);
    if (value === FOREIGN) return FOREIGN;
    entries[key] = value;
  }
  return reader.at === start ? FOREIGN : entries;
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

function scalar(text: string): unknown {
  const quoted = /^"([^"\\]*)"$/.exec(text) ?? /^'([^']*)'$/.exec(text);
  if (quoted) return quoted[1];
  if (!WORD.test(text) || (text.includes(':') && /:(?:\s|$)/.test(text))) return FOREIGN;
  const constant = CONSTANTS.get(text);
  if (constant !== undefined) return constant;
  if (!/^[\d.]/.test(text)) return text;
  if (/^\d{1,15}$/.test(text) || /^\d{1,9}\.\d{1,6}$/.test(text)) return Number(text);
  // Other spellings of numbers: hexadecimal, octal, exponents, infinity.
  return /^[\d.]+(?:[eExXoO]|$)|^\.(?:inf|nan)|^\.{3}/i.test(text) ? FOREIGN : text;
}
