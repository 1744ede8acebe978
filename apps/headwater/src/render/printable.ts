import { stripVTControlCharacters } from 'node:util';

/**
 * A copy of a value whose texts are safe to print on one line: names and log lines come from the cluster, and a terminal obeys escape
 * sequences and characters that reverse the reading direction.
 */
export function printable<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) => (typeof part === 'string' ? clean(part) : part)) as T;
}

function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}
