// A 106-bit non-cryptographic hash: ids only need to be stable and collision-free within one incident,
// and core must run in a browser without an asynchronous digest.
function mix(text: string, seed: number): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'.split('');
const PAIRS = DIGITS.flatMap((first) => DIGITS.map((second) => first + second));
const TWO = 36 ** 2;
const FOUR = 36 ** 4;

// The last ten digits in base 36, two at a time: `toString(36)` divides a floating number digit by digit.
function tail(value: number): string {
  const low = value % FOUR;
  const rest = Math.floor(value / FOUR);
  const middle = rest % FOUR;
  const high = Math.floor(rest / FOUR);
  return pair(high) + pair(middle / TWO) + pair(middle) + pair(low / TWO) + pair(low);
}

function pair(value: number): string {
  return PAIRS[Math.floor(value) % TWO] ?? '';
}

/** A stable id made from content: `prefix_` and 20 base-36 characters. */
export function contentId(prefix: string, content: string): string {
  return `${prefix}_${tail(mix(content, 0))}${tail(mix(content, 0x9e3779b9))}`;
}

/** JSON with sorted keys, so that equal content gives equal text. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // Text is added to text: this runs for every piece of evidence, and pairs and lists made on the way would be most of its work.
  let fields = '';
  for (const key of Object.keys(value).sort()) {
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined) fields += `${fields === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(item)}`;
  }
  return `{${fields}}`;
}
