/** A regular expression as a tree; a test decides one code point. */
export type Pattern =
  | { readonly kind: 'one'; readonly test: (code: number) => boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly min: number; readonly max: number };

interface Reader {
  readonly symbols: readonly string[];
  readonly ignoreCase: boolean;
  at: number;
}

type Test = (code: number) => boolean;

/** What a pattern's author is told; the message completes "the expression …". */
export class PatternRefused extends Error {}

/** Parses the part of RE2's language that needs no memory: no back references, no look-around. Throws PatternRefused. */
export function parsePattern(text: string): Pattern {
  const flag = /^\(\?i\)/.exec(text);
  const symbols = Array.from(text.slice(flag?.[0].length ?? 0));
  const reader: Reader = { symbols: trimAnchors(symbols), ignoreCase: flag !== null, at: 0 };
  const pattern = readChoice(reader, 0);
  if (reader.at < reader.symbols.length) throw new PatternRefused('has a ")" without its "("');
  return pattern;
}

// The whole value is matched anyway, so anchors at the ends add nothing.
function trimAnchors(symbols: readonly string[]): readonly string[] {
  const from = symbols[0] === '^' ? 1 : 0;
  const escaped = symbols.at(-2) === '\\';
  const to = symbols.at(-1) === '$' && !escaped ? symbols.length - 1 : symbols.length;
  return symbols.slice(from, Math.max(from, to));
}

function readChoice(reader: Reader, depth: number): Pattern {
  if (depth > 20) throw new PatternRefused('is nested too deeply');
  const options = [readSequence(reader, depth)];
  while (reader.symbols[reader.at] === '|') {
    reader.at++;
    options.push(readSequence(reader, depth));
  }
  const [only] = options;
  return options.length === 1 && only ? only : { kind: 'choice', options };
}

function readSequence(reader: Reader, depth: number): Pattern {
  const parts: Pattern[] = [];
  for (let symbol = reader.symbols[reader.at]; symbol !== undefined; symbol = reader.symbols[reader.at]) {
    if (symbol === '|' || symbol === ')') break;
    parts.push(readRepeat(reader, readAtom(reader, depth)));
  }
  return { kind: 'sequence', parts };
}

function readAtom(reader: Reader, depth: number): Pattern {
  const symbol = reader.symbols[reader.at++] ?? '';
  if (symbol === '(') return readGroup(reader, depth);
  if (symbol === '[') return { kind: 'one', test: readClass(reader) };
  if (symbol === '.') return { kind: 'one', test: (code) => code !== 10 };
  if (symbol === '\\') return { kind: 'one', test: readEscape(reader) };
  if ('*+?{'.includes(symbol)) throw new PatternRefused(`repeats nothing with "${symbol}"`);
  if ('^$'.includes(symbol))
    throw new PatternRefused(`has "${symbol}" in the middle; write \\${symbol} for the character`);
  return { kind: 'one', test: same(reader, symbol) };
}

function readGroup(reader: Reader, depth: number): Pattern {
  if (reader.symbols[reader.at] === '?') {
    if (reader.symbols[reader.at + 1] !== ':')
      throw new PatternRefused('has a "(?" other than "(?:" or a leading "(?i)"');
    reader.at += 2;
  }
  const inner = readChoice(reader, depth + 1);
  if (reader.symbols[reader.at] !== ')') throw new PatternRefused('has a "(" without its ")"');
  reader.at++;
  return inner;
}

function readRepeat(reader: Reader, part: Pattern): Pattern {
  const symbol = reader.symbols[reader.at];
  const bounds = symbol === undefined ? null : readBounds(reader, symbol);
  if (!bounds) return part;
  // Laziness changes what a group captures, never whether the whole value matches.
  if (reader.symbols[reader.at] === '?') reader.at++;
  return readRepeat(reader, { kind: 'repeat', part, ...bounds });
}

function readBounds(reader: Reader, symbol: string): { min: number; max: number } | null {
  const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] }[symbol];
  if (simple) {
    reader.at++;
    return { min: simple[0] ?? 0, max: simple[1] ?? Infinity };
  }
  if (symbol !== '{') return null;
  const match = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(reader.symbols.slice(reader.at, reader.at + 12).join(''));
  if (!match) throw new PatternRefused('has a "{" that is no {n}, {n,} or {n,m}; write \\{ for the character');
  reader.at += match[0].length;
  const min = Number(match[1]);
  const max = match[2] === undefined ? min : match[3] === '' ? Infinity : Number(match[3]);
  if (max < min) throw new PatternRefused(`repeats ${match[0]}, from more to less`);
  return { min, max };
}

function readClass(reader: Reader): Test {
  const negated = reader.symbols[reader.at] === '^';
  if (negated) reader.at++;
  const tests: Test[] = [];
  for (let first = true; ; first = false) {
    const symbol = reader.symbols[reader.at++];
    if (symbol === undefined) throw new PatternRefused('has a "[" without its "]"');
    if (symbol === ']' && !first) break;
    tests.push(symbol === '\\' ? readEscape(reader) : readRange(reader, symbol));
  }
  return negated ? (code) => !tests.some((test) => test(code)) : (code) => tests.some((test) => test(code));
}

function readRange(reader: Reader, from: string): Test {
  const to = reader.symbols[reader.at + 1];
  if (reader.symbols[reader.at] !== '-' || to === undefined || to === ']') return same(reader, from);
  reader.at += 2;
  const [low, high] = [codeOf(from), codeOf(to === '\\' ? (reader.symbols[reader.at++] ?? '') : to)];
  if (high < low) throw new PatternRefused(`has the empty range ${from}-${to}`);
  const within: Test = (code) => code >= low && code <= high;
  return reader.ignoreCase ? (code) => cases(code).some(within) : within;
}

const isDigit: Test = (code) => code >= 48 && code <= 57;
const isWord: Test = (code) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace: Test = (code) => (code >= 9 && code <= 13) || code === 32;
const CLASSES: Readonly<Record<string, Test>> = {
  d: isDigit,
  w: isWord,
  s: isSpace,
  D: (code) => !isDigit(code),
  W: (code) => !isWord(code),
  S: (code) => !isSpace(code),
  t: (code) => code === 9,
  n: (code) => code === 10,
  r: (code) => code === 13,
};

function readEscape(reader: Reader): Test {
  const symbol = reader.symbols[reader.at++];
  if (symbol === undefined) throw new PatternRefused('ends with "\\"');
  const known = Object.hasOwn(CLASSES, symbol) ? CLASSES[symbol] : undefined;
  if (known) return known;
  if (/[A-Za-z0-9]/.test(symbol)) throw new PatternRefused(`uses \\${symbol}, which is not supported`);
  return same(reader, symbol);
}

function same(reader: Reader, symbol: string): Test {
  const wanted = codeOf(symbol);
  return reader.ignoreCase ? (code) => cases(code).includes(wanted) : (code) => code === wanted;
}

function cases(code: number): readonly number[] {
  const text = String.fromCodePoint(code);
  return [code, codeOf(text.toLowerCase()), codeOf(text.toUpperCase())];
}

function codeOf(text: string): number {
  return text.codePointAt(0) ?? -1;
}
