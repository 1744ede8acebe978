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
  let cursor: string | undefined;
  do {
    const limit = Math.min(PAGE, (most ?? Number.POSITIVE_INFINITY) - rows.length);
    const page = await client.get(path, schema, { ...query, limit, cursor });
    rows.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && (most === undefined || rows.length < most));
  return rows;
}
