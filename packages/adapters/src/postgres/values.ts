import type { Millis } from '@headwater/core/time.ts';
import { type RawBuilder, sql } from 'kysely';

/** A moment as an operand of a comparison; columns of the schema read as milliseconds and compare as timestamps. */
export function moment(at: Millis): RawBuilder<Millis> {
  return sql<Millis>`${new Date(at)}`;
}

// jsonb refuses NUL and lone surrogates, which foreign text may hold and JSON.stringify writes as escapes.
const UNSTORABLE = /\\u0000|\\ud[89a-f]/;

/** The text of a jsonb parameter; what PostgreSQL cannot hold becomes U+FFFD. */
export function json(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  if (!UNSTORABLE.test(text)) return text;
  return JSON.stringify(storable(value));
}

/** A text as PostgreSQL can hold it: NUL and lone surrogates become U+FFFD. */
export function plainText(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed();
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storable(key), storable(item)]));
}
