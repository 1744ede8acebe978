import { isJsonObject } from '../json.ts';
import { maskText } from './mask.ts';
import { redactObject } from './redact-object.ts';

/** Shorter values occur by chance in ordinary words; replacing them would only garble text. */
const SHORTEST = 6;
const MARK = '[masked:known-value]';

/** The credentials that objects carry in plain sight, as environment literals do. */
export function plainSecrets(objects: readonly unknown[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const object of objects) {
    redactObject(object, (value) => {
      if (value.length >= SHORTEST && !/^(?:true|false|\d{1,7})$/i.test(value)) found.add(value);
      return '';
    });
  }
  return found;
}

/** Masks a text: what looks like a credential, and the given values wherever they occur. */
export function scrubber(secrets: ReadonlySet<string>): (text: string) => string {
  // The longest first: a value may contain another.
  const values = [...secrets].sort((left, right) => right.length - left.length);
  return (text) => {
    let safe = maskText(text);
    for (const value of values) if (safe.includes(value)) safe = safe.replaceAll(value, MARK);
    return safe;
  };
}

/** A copy of plain data in which every text went through `scrub`; keys stay. */
export function scrubTree<T>(value: T, scrub: (text: string) => string): T {
  if (typeof value === 'string') return scrub(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => scrubTree(item, scrub)) as T;
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubTree(item, scrub)])) as T;
}
