import type { FieldChange } from './change.ts';

// A document longer than this is compared as one block between its common start and end.
const MAX_LINES = 4_000;
const MAX_CHANGED = 12;
const MAX_VALUE = 240;

/** The differing lines of two documents inside one field, each under the keys it is nested in, so that a value carries its name. */
export function diffText(before: string, after: string, path: string): FieldChange[] {
  const [olds, news] = [before.split('\n'), after.split('\n')];
  if (olds.length > MAX_LINES || news.length > MAX_LINES) return [block(path, olds, news)];
  const removed = missingFrom(olds, news);
  const added = missingFrom(news, olds);
  if (removed.length + added.length === 0 || removed.length > MAX_CHANGED || added.length > MAX_CHANGED)
    return [block(path, olds, news)];
  return pair(path, { olds, news, removed, added });
}

interface Lines {
  readonly olds: readonly string[];
  readonly news: readonly string[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

function pair(path: string, { olds, news, removed, added }: Lines): FieldChange[] {
  const byName = new Map<string, { before?: string; after?: string }>();
  for (const index of removed) entryOf(byName, nameAt(path, olds, index)).before ??= value(olds[index]);
  for (const index of added) entryOf(byName, nameAt(path, news, index)).after ??= value(news[index]);
  return [...byName].map(([name, change]) => ({ path: name, ...change }));
}

function entryOf(
  map: Map<string, { before?: string; after?: string }>,
  name: string,
): { before?: string; after?: string } {
  const entry = map.get(name) ?? {};
  map.set(name, entry);
  return entry;
}

/** The path of a line with the keys above it (by indentation, or an INI section) and its own key. */
function nameAt(path: string, lines: readonly string[], index: number): string {
  const keys: string[] = [];
  let indent = indentOf(lines[index] ?? '');
  const own = keyOf(lines[index] ?? '');
  if (own !== null) keys.unshift(own);
  for (let at = index - 1; at >= 0 && indent > 0; at--) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || indentOf(line) >= indent) continue;
    indent = indentOf(line);
    const key = keyOf(line);
    if (key !== null) keys.unshift(key);
  }
  return [path, ...keys].join('.');
}

function keyOf(line: string): string | null {
  return /^\s*(?:-\s+)?["']?([\w.$/-]+)["']?\s*[:={]/.exec(line)?.[1] ?? null;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function value(line: string | undefined): string {
  const text = (line ?? '').trim();
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE - 1)}…`;
}

/** Positions of lines that occur more often on this side than on the other. */
function missingFrom(lines: readonly string[], others: readonly string[]): number[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.flatMap((line, index) => {
    const rest = left.get(line) ?? 0;
    if (rest > 0) left.set(line, rest - 1);
    return rest > 0 || line.trim() === '' ? [] : [index];
  });
}

function block(path: string, olds: readonly string[], news: readonly string[]): FieldChange {
  let start = 0;
  while (start < olds.length && start < news.length && olds[start] === news[start]) start++;
  let end = 0;
  while (end < olds.length - start && end < news.length - start && olds.at(-1 - end) === news.at(-1 - end)) end++;
  const part = (lines: readonly string[]): string => value(lines.slice(start, lines.length - end).join(' '));
  return { path, before: part(olds), after: part(news) };
}
