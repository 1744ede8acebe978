import type { z } from 'zod';
import type { ApiClient } from './api-client.ts';

type PageSchema<T> = z.ZodType<{ readonly items: T[]; readonly nextCursor: string | null }>;

interface List {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** The most rows to read; all of them when absent. */
  readonly most?: number;
}

const PAGE = 200;

/** Every row of a list, page by page. */
export async function readPages<T>(
  client: ApiClient,
  { path, query, most }: List,
  schema: PageSchema<T>,
): Promise<T[]> {
  const rows: T[] = [];
  const wanted = most ?? Number.POSITIVE_INFINITY;
  let cursor: string | undefined;
  while (rows.length < wanted) {
    const page = await client.get(path, schema, { ...query, limit: Math.min(PAGE, wanted - rows.length), cursor });
    rows.push(...page.items);
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  return rows;
}
