import { parseError } from './errors.ts';

export type TokenKind = 'name' | 'number' | 'duration' | 'string' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Counted from 1. */
  readonly position: number;
}

const PATTERNS: readonly (readonly [TokenKind | 'space', RegExp])[] = [
  ['space', /[\s]+|#[^\n]*/y],
  ['duration', /(?:\d+(?:ms|[smhdwy]))+(?![\w.])/y],
  ['number', /0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?!\w)/y],
  ['name', /[a-zA-Z_:][a-zA-Z0-9_:]*/y],
  ['string', /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y],
  ['symbol', /=~|!~|==|!=|>=|<=|[-+*/%^(){}[\],=<>@:]/y],
];

/** Splits an expression into tokens, ending with an `end` token. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < query.length) {
    const [kind, text] = matchAt(query, position);
    if (kind !== 'space') tokens.push({ kind, text, position: position + 1 });
    position += text.length;
  }
  return [...tokens, { kind: 'end', text: '', position: query.length + 1 }];
}

function matchAt(query: string, position: number): [TokenKind | 'space', string] {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = position;
    const match = pattern.exec(query);
    if (match) return [kind, match[0]];
  }
  throw parseError(position + 1, `unexpected character ${JSON.stringify(query[position])}`);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };

/** The value of a quoted string token. */
export function unquote(text: string): string {
  const inner = text.slice(1, -1);
  return text.startsWith('`') ? inner : inner.replace(/\\(.)/g, (_, mark: string) => ESCAPES[mark] ?? `\\${mark}`);
}
