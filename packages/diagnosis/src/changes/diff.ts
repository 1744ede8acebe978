import { canonicalJson } from '@headwater/core/ids.ts';
import { compareText } from '@headwater/core/subject.ts';
import type { FieldChange } from './change.ts';
import { diffText } from './diff-text.ts';
import { parseDocument } from './documents.ts';

// More than this is a replacement, not an edit.
const MAX_FIELDS = 40;
const MAX_DEPTH = 24;
const MAX_VALUE = 240;
// Lists whose items are known by one of these fields are compared item by item, whatever their order.
const ITEM_KEYS = ['name', 'key', 'mountPath', 'containerPort', 'port', 'ip', 'type', 'host'];

/** What a comparison leaves out: true for a path that is no change of meaning. */
export type Ignore = (path: string) => boolean;

interface Walk {
  readonly found: FieldChange[];
  readonly ignore: Ignore;
}

/** Two values at one place of the compared documents. */
interface Pair {
  readonly before: unknown;
  readonly after: unknown;
  readonly path: string;
  readonly depth: number;
}

/** The fields in which two values differ, in path order, in the syntax of `readField`. */
export function diffFields(before: unknown, after: unknown, path: string, ignore: Ignore = () => false): FieldChange[] {
  const walk: Walk = { found: [], ignore };
  compare(walk, { before, after, path, depth: 0 });
  return walk.found.sort((left, right) => compareText(left.path, right.path));
}

function compare(walk: Walk, pair: Pair): void {
  const { before, after, path, depth } = pair;
  if (walk.found.length >= MAX_FIELDS || walk.ignore(path) || isSame(before, after)) return;
  const inner = depth < MAX_DEPTH ? (recordPairs(pair) ?? itemPairs(pair)) : null;
  if (inner) {
    for (const next of inner) compare(walk, next);
    return;
  }
  if (typeof before === 'string' && typeof after === 'string' && isDocument(before, after)) {
    compareDocuments(walk, before, after, path);
    return;
  }
  walk.found.push({ path, ...shown('before', before), ...shown('after', after) });
}

function compareDocuments(walk: Walk, before: string, after: string, path: string): void {
  const [left, right] = [parseDocument(before), parseDocument(after)];
  const known = walk.found.length;
  // The paths inside a document are its own: what is left out of the object around it means nothing there.
  const inner: Walk = { found: walk.found, ignore: () => false };
  if (isTree(left) && isTree(right)) compare(inner, { before: left, after: right, path, depth: 0 });
  if (walk.found.length === known) walk.found.push(...diffText(before, after, path).slice(0, MAX_FIELDS - known));
}

function isTree(value: unknown): boolean {
  return value !== null && typeof value === 'object';
}

function recordPairs({ before, after, path, depth }: Pair): Pair[] | null {
  if (!isRecord(before) || !isRecord(after)) return null;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.map((key) => ({ before: before[key], after: after[key], path: join(path, key), depth: depth + 1 }));
}

function itemPairs({ before, after, path, depth }: Pair): Pair[] | null {
  if (!Array.isArray(before) || !Array.isArray(after)) return null;
  const key = itemKey(before, after);
  if (key === null) return null;
  const [olds, news] = [byKey(before, key), byKey(after, key)];
  const ids = [...new Set([...olds.keys(), ...news.keys()])].sort();
  return ids.map((id) => ({
    before: olds.get(id),
    after: news.get(id),
    path: `${path}[${key}=${id}]`,
    depth: depth + 1,
  }));
}

/** The field that tells the items of both lists apart; null when none does. */
function itemKey(before: readonly unknown[], after: readonly unknown[]): string | null {
  const items = [...before, ...after];
  if (items.length === 0 || !items.every(isRecord)) return null;
  return (
    ITEM_KEYS.find(
      (key) => items.every((item) => isScalar(item[key])) && isUnique(before, key) && isUnique(after, key),
    ) ?? null
  );
}

function isUnique(items: readonly unknown[], key: string): boolean {
  return byKey(items, key).size === items.length;
}

function byKey(items: readonly unknown[], key: string): Map<string, unknown> {
  return new Map(items.filter(isRecord).map((item) => [String(item[key]), item]));
}

function join(path: string, key: string): string {
  if (!/^[\w$-]+$/.test(key)) return `${path}['${key}']`;
  return path === '' ? key : `${path}.${key}`;
}

function shown(side: 'before' | 'after', value: unknown): Partial<FieldChange> {
  if (value === undefined || value === null) return {};
  return { [side]: shorten(typeof value === 'string' ? value : canonicalJson(value)) };
}

function shorten(text: string): string {
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE - 1)}…`;
}

// Most of two versions of an object is the same, so this decides what a comparison costs.
function isSame(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  // Null, absent and empty mean the same in a Kubernetes object.
  if (isEmpty(before) || isEmpty(after)) return isEmpty(before) && isEmpty(after);
  if (Array.isArray(before))
    return (
      Array.isArray(after) &&
      before.length === after.length &&
      before.every((item, index) => isSame(item, after[index]))
    );
  if (!isRecord(before) || !isRecord(after)) return false;
  for (const key in before) if (!isSame(before[key], after[key])) return false;
  for (const key in after) if (!(key in before) && !isEmpty(after[key])) return false;
  return true;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

function isDocument(before: string, after: string): boolean {
  return before.includes('\n') || after.includes('\n') || (before.startsWith('{') && after.startsWith('{'));
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
