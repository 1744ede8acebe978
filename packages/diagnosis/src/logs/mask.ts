import type { LogLevel } from '../snapshot/input.ts';

/** What stands for the part of a line that varies. */
export const WILDCARD = '<*>';
const QUOTED = /"(?:[^"\\]|\\.){0,400}"|'[^'\s]{0,200}'|`[^`]{0,200}`/g;
const VARIABLE =
  /[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|0x[0-9a-fA-F]+|(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}|\d+/g;
const RUN = /<\*>(?:[.,:/_-]<\*>)+/g;
// A shape is told by its beginning; the rest of a long line is data.
const MAX_TOKENS = 48;
const CHARS_PER_TOKEN = 20;

/** The words of a message with what varies between lines of one shape (numbers, hex, ids, addresses, quoted text) as `<*>`. */
export function maskTokens(message: string, limit: number = MAX_TOKENS): string[] {
  const maxChars = limit * CHARS_PER_TOKEN;
  const head = message.length > maxChars ? message.slice(0, maxChars) : message;
  const unquoted = /["'`]/.test(head) ? head.replace(QUOTED, WILDCARD) : head;
  const tokens = unquoted.trim().split(/\s+/, limit);
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    if (/\d/.test(token)) tokens[index] = token.replace(VARIABLE, WILDCARD).replace(RUN, WILDCARD);
  }
  return tokens;
}

/** A message as it is compared, and the leaf of the tree of shapes it belongs in. */
export interface Masked {
  readonly tokens: readonly string[];
  readonly key: string;
}

// Ordinary lines are the many; their first words tell them apart well enough.
const INFO_TOKENS = 14;

/** The masked words of a message, as many as lines of its level are compared by. */
export function masked(message: string, level: LogLevel): Masked {
  const tokens = maskTokens(message, level === 'info' ? INFO_TOKENS : undefined);
  return { tokens, key: `${level}|${tokens.length}|${branch(tokens[0])}|${branch(tokens[1])}` };
}

function branch(token: string | undefined): string {
  return token === undefined ? '' : token.includes(WILDCARD) ? WILDCARD : token;
}
