/** One page of a list, and where the next one begins; null after the last. */
export interface PageOf<T, P> {
  readonly items: readonly T[];
  readonly next: P | null;
}

/** The rows of a page read with one row more than asked for: that one says whether there is another page. */
export function pageOf<T, P>(rows: readonly T[], limit: number, position: (row: T) => P): PageOf<T, P> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? position(last) : null };
}
