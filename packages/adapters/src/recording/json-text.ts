/** Where a text stops being JSON; lines and columns count from 1. */
export interface TextFault {
  readonly line: number;
  readonly column: number;
  readonly what: string;
  readonly expected: string;
}

export type ParsedText =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: TextFault };

/** Parses JSON; when it is none, says at which line and column and what was expected there. */
export function parseJsonText(text: string): ParsedText {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    // JSON.parse reports no position for half of its errors, so the text is walked once more.
    return { ok: false, fault: findFault(text) };
  }
}

/** The line and column of an offset. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line++;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

interface Stop {
  readonly offset: number;
  readonly expected: string;
}

function findFault(text: string): TextFault {
  const stop = walk(text);
  const offset = Math.min(stop.offset, text.length);
  const found = text.slice(offset, offset + 1);
  const what = found === '' ? 'the file ends' : `found ${JSON.stringify(wordAt(text, offset))}`;
  return { ...positionOf(text, offset), what, expected: stop.expected };
}

function wordAt(text: string, offset: number): string {
  return /^[\w.+-]{1,20}/.exec(text.slice(offset, offset + 20))?.[0] ?? text.slice(offset, offset + 1);
}

type Container = '{' | '[';

// An explicit stack: the text is foreign and may nest deeper than the call stack.
function walk(text: string): Stop {
  const stack: Container[] = [];
  let offset = skipSpace(text, 0);
  for (;;) {
    const opened = openOrScalar(text, offset, stack);
    if (typeof opened !== 'number') return opened;
    const next = afterValue(text, opened, stack);
    if (typeof next !== 'number') return next;
    offset = next;
  }
}

/** Reads a scalar, or enters containers down to the first value; the offset after a value, or before the first one inside. */
function openOrScalar(text: string, start: number, stack: Container[]): number | Stop {
  let offset = start;
  for (;;) {
    const char = text[offset];
    if (char !== '{' && char !== '[') return scalar(text, offset);
    stack.push(char);
    offset = skipSpace(text, offset + 1);
    if (text[offset] === (char === '{' ? '}' : ']')) {
      stack.pop();
      return offset + 1;
    }
    if (char === '[') continue;
    const value = memberName(text, offset, `a property name in double quotes, or "}"`);
    if (typeof value !== 'number') return value;
    offset = value;
  }
}

/** Closes containers after a value and finds the start of the next one. */
function afterValue(text: string, end: number, stack: Container[]): number | Stop {
  let offset = skipSpace(text, end);
  for (;;) {
    const container = stack.at(-1);
    if (container === undefined) return { offset, expected: 'the end of the file' };
    const close = container === '{' ? '}' : ']';
    if (text[offset] === close) {
      stack.pop();
      offset = skipSpace(text, offset + 1);
      continue;
    }
    if (text[offset] !== ',') return { offset, expected: `"," or "${close}"` };
    offset = skipSpace(text, offset + 1);
    return container === '{' ? memberName(text, offset, 'a property name in double quotes') : offset;
  }
}

function memberName(text: string, offset: number, expected: string): number | Stop {
  if (text[offset] !== '"') return { offset, expected };
  const end = stringEnd(text, offset);
  if (typeof end !== 'number') return end;
  const colon = skipSpace(text, end);
  return text[colon] === ':' ? skipSpace(text, colon + 1) : { offset: colon, expected: '":"' };
}

function scalar(text: string, offset: number): number | Stop {
  if (text[offset] === '"') return stringEnd(text, offset);
  const pattern = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : { offset, expected: 'a value' };
}

function stringEnd(text: string, start: number): number | Stop {
  for (let offset = start + 1; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code === 34) return offset + 1;
    if (code < 32) return { offset, expected: 'an escape such as \\n: control characters may not stand in a string' };
    if (code !== 92) continue;
    offset++;
    const escape = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
    escape.lastIndex = offset;
    if (!escape.test(text))
      return { offset: offset - 1, expected: 'an escape JSON knows: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX' };
  }
  return { offset: text.length, expected: 'the closing "' };
}

function skipSpace(text: string, start: number): number {
  let offset = start;
  while (offset < text.length && ' \n\r\t'.includes(text.charAt(offset))) offset++;
  return offset;
}

/** The offset of the value at a path in sound JSON; of its nearest ancestor when there is none. */
export function offsetOf(text: string, path: readonly (string | number)[]): number {
  let offset = skipSpace(text, 0);
  for (const key of path) {
    const next = childOffset(text, offset, key);
    if (next === undefined) return offset;
    offset = next;
  }
  return offset;
}

function childOffset(text: string, parent: number, key: string | number): number | undefined {
  const isObject = text[parent] === '{';
  if (!isObject && text[parent] !== '[') return undefined;
  let offset = skipSpace(text, parent + 1);
  for (let index = 0; offset < text.length && text[offset] !== (isObject ? '}' : ']'); index++) {
    let name: unknown = index;
    if (isObject) {
      const end = skipValue(text, offset);
      name = JSON.parse(text.slice(offset, end));
      offset = skipSpace(text, skipSpace(text, end) + 1);
    }
    if (name === key) return offset;
    offset = skipSpace(text, skipValue(text, offset));
    if (text[offset] === ',') offset = skipSpace(text, offset + 1);
  }
  return undefined;
}

function skipValue(text: string, start: number): number {
  let depth = 0;
  for (let offset = start; offset < text.length; offset++) {
    const char = text.charAt(offset);
    if (char === '"') {
      const end = stringEnd(text, offset);
      offset = (typeof end === 'number' ? end : text.length) - 1;
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (depth > 0 || !/[\s,]/.test(char)) continue;
    if (depth < 0) return offset;
    if (depth === 0) return /[\s,]/.test(char) ? offset : offset + 1;
  }
  return text.length;
}
