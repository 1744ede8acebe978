/**
 * Deterministic choices by key: the same seed and key give the same answer whatever was asked before, so a twin world or a
 * later edit of a scenario changes nothing but what it means to change.
 */
export interface Random {
  readonly seed: string;
  /** An integer between min and max, both included. */
  int(key: string, min: number, max: number): number;
  /** A number from min up to max. */
  number(key: string, min: number, max: number): number;
  chance(key: string, probability: number): boolean;
  pick<T>(key: string, list: readonly T[]): T;
  /** Lower-case hexadecimal digits. */
  hex(key: string, length: number): string;
  /** Characters of the alphabet Kubernetes generates names from. */
  suffix(key: string, length: number): string;
  uuid(key: string): string;
  shuffled<T>(key: string, list: readonly T[]): T[];
}

// The alphabet of k8s.io/apimachinery/pkg/util/rand: no vowels, no look-alike digits.
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Makes a source of keyed choices. */
export function createRandom(seed: string): Random {
  const stream = (key: string): (() => number) => streamOf(hash(`${seed}\u0000${key}`));
  const number = (key: string, min: number, max: number): number => min + stream(key)() * (max - min);
  const int = (key: string, min: number, max: number): number => Math.floor(number(key, min, max + 1));
  // Eight digits a step: container ids and uids make up most of what a world asks for.
  const hex = (key: string, length: number): string => {
    const next = stream(key);
    let digits = '';
    while (digits.length < length)
      digits += Math.floor(next() * 4294967296)
        .toString(16)
        .padStart(8, '0');
    return digits.slice(0, length);
  };
  return {
    seed,
    int,
    number,
    hex,
    chance: (key, probability) => stream(key)() < probability,
    pick: (key, list) => {
      const item = list[int(key, 0, list.length - 1)];
      if (item === undefined) throw new Error(`nothing to pick from for ${key}`);
      return item;
    },
    suffix: (key, length) => letters(stream(key), length),
    uuid: (key) => {
      const digits = hex(`uuid/${key}`, 32);
      const variant = '89ab'[int(`uuid-variant/${key}`, 0, 3)] ?? '8';
      const tail = digits.slice(20);
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${tail}`;
    },
    shuffled: (key, list) => {
      const next = stream(key);
      const order = list.map((item) => ({ item, rank: next() }));
      return order.sort((left, right) => left.rank - right.rank).map(({ item }) => item);
    },
  };
}

/** A name-alphabet text that depends on content alone, as pod-template-hash does. */
export function contentSuffix(content: string, length: number): string {
  return letters(streamOf(hash(content)), length);
}

function letters(next: () => number, length: number): string {
  let text = '';
  for (let count = 0; count < length; count++) text += NAME_ALPHABET[Math.floor(next() * NAME_ALPHABET.length)];
  return text;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function streamOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
