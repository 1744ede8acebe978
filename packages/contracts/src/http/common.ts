import { SEVERITIES } from '@headwater/core/alert/severity.ts';
import { isJsonObject, type JsonObject } from '@headwater/core/json.ts';
import { z } from 'zod';

/** A moment in RFC 3339 with its zone; answers are in UTC. */
export const Time = z.iso.datetime({ offset: true }).meta({ example: '2026-03-01T08:15:00Z' });

export const SeverityName = z.enum(SEVERITIES);

/** A text that a database can hold and compare: PostgreSQL refuses NUL. */
export function plain(max: number) {
  return z
    .string()
    .max(max)
    .refine((text) => !text.includes('\u0000'), 'expected no NUL character');
}

export const MAX_PAGE = 200;
export const DEFAULT_PAGE = 50;

/** What every list takes: how many, and where the last page ended. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before; opaque'),
});

/** One page of a list; `nextCursor` is null on the last. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A query parameter that may be repeated or hold several values separated by commas. */
export function listParam<T extends z.ZodType>(item: T) {
  return z.preprocess(splitValues, z.array(item).max(50)).optional();
}

function splitValues(value: unknown): unknown {
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  return values.flatMap((one) => (typeof one === 'string' ? one.split(',').filter((part) => part !== '') : [one]));
}

/** `true` or `false` in a query. */
export const FlagParam = z.enum(['true', 'false']).transform((value) => value === 'true');

/** A request body in which other names of the same fields are accepted; a missing body counts as an empty one. */
export function bodyWithAliases<T extends z.ZodType>(schema: T, aliases: Readonly<Record<string, string>> = {}) {
  return z.preprocess((value) => renamed(value ?? {}, aliases), schema);
}

function renamed(value: unknown, aliases: Readonly<Record<string, string>>): unknown {
  if (!isJsonObject(value)) return value;
  const body: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const name = Object.hasOwn(aliases, key) ? (aliases[key] ?? key) : key;
    // Our own name wins when a body holds both.
    if (name !== key && Object.hasOwn(value, name)) continue;
    body[name] = item;
  }
  return body;
}

/** Whether one may do a thing now, and why (not) in words. */
export const Availability = z.object({ allowed: z.boolean(), reason: z.string() });
export type Availability = z.infer<typeof Availability>;

/** A person or program as answers name it. */
export const PersonRef = z.object({ id: z.string(), name: z.string() });

/** RFC 9457, as a client reads the body of any answer that is not a success. */
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  instance: z.string().optional(),
  requestId: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});
export type ProblemBody = z.infer<typeof ProblemBody>;
