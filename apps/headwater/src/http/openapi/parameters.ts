import type { z } from 'zod';
import type { SchemaBook } from './schema-book.ts';

type Json = Readonly<Record<string, unknown>>;

/** The parameters an object schema stands for, one per property. */
export function describeParameters(
  place: 'path' | 'query' | 'header',
  schema: z.ZodType | undefined,
  book: SchemaBook,
): Json[] {
  if (!schema) return [];
  const object = book.use(schema, 'input') as {
    readonly properties?: Record<string, Json>;
    readonly required?: string[];
  };
  return Object.entries(object.properties ?? {}).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: place === 'path' || (object.required?.includes(name) ?? false),
    ...(description !== undefined && { description }),
    schema: property,
  }));
}
