import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { canonicalJson, contentId } from '@headwater/core/ids.ts';

/** The content-addressed id of a piece of evidence: equal content, equal id. */
export function evidenceId(evidence: Evidence): string {
  return contentId('ev', canonicalJson(evidence));
}

const MAX_TEXT = 600;
const TAIL = 240;

/**
 * Text from the cluster on one line, cut to a length a reader can take in. The cut is in the middle: wrapped errors say
 * what failed at the beginning and why at the end.
 */
export function oneLine(text: string): string {
  const flat = (/\s\s|[^\S ]/.test(text) ? text.replace(/\s+/g, ' ') : text).trim();
  return flat.length <= MAX_TEXT ? flat : `${flat.slice(0, MAX_TEXT - TAIL - 1)}…${flat.slice(-TAIL)}`;
}

/** A value of an object as short text: scalars bare, the rest as compact JSON, absent as `(not set)`. */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return '(not set)';
  return oneLine(typeof value === 'string' ? value : canonicalJson(value));
}
