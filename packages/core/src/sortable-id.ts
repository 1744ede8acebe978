import type { Millis } from './time.ts';

// Crockford's base 32: no I, L, O, U, and the order of the characters is the order of the numbers.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;

/** `prefix_` and 26 characters that sort by time; `random` gives at least 16 bytes, unlike for every id. */
export function sortableId(prefix: string, now: Millis, random: Uint8Array): string {
  let time = '';
  for (let rest = now, index = 0; index < TIME_CHARACTERS; index++) {
    time = (ALPHABET[rest % 32] ?? '0') + time;
    rest = Math.floor(rest / 32);
  }
  let tail = '';
  for (let index = 0; index < RANDOM_CHARACTERS; index++) tail += ALPHABET[(random[index] ?? 0) % 32] ?? '0';
  return `${prefix}_${time}${tail}`;
}
