import { parseQuantity } from '@headwater/core/kube/quantity.ts';

const LITERAL = /`([^`]+)`/g;
// A number with an optional unit, not part of a word, version, address or time.
const NUMBER = /(?<![\w./:-])\d+(?:\.\d+)?(?:%|Ki|Mi|Gi|Ti|ms|[smhdkMG])?(?![\w:-]|\.\d)/g;
const ANY_NUMBER = /\d+(?:\.\d+)?(?:%|Ki|Mi|Gi|Ti|ms|[smhdkMG])?/g;
// Rounding for people (63.9Mi of 66993152) must stay within this share of the cited value.
const TOLERANCE = 0.01;

/** The literals and numbers of a statement that its sources do not show; empty when every one is grounded. */
export function ungrounded(statement: string, sources: readonly string[]): string[] {
  const text = sources.join('\n');
  const missing: string[] = [];
  for (const [, literal] of statement.matchAll(LITERAL)) {
    if (literal !== undefined && !text.includes(literal) && !isShownAsNumber(literal, text)) missing.push(literal);
  }
  for (const [number] of statement.replace(LITERAL, ' ').matchAll(NUMBER)) {
    if (!text.includes(number) && !isShownAsNumber(number, text)) missing.push(number);
  }
  return missing;
}

function isShownAsNumber(token: string, text: string): boolean {
  const wanted = magnitude(token);
  if (wanted === null) return false;
  for (const [candidate] of text.matchAll(ANY_NUMBER)) {
    const value = magnitude(candidate);
    if (value !== null && isNear(value, wanted)) return true;
    // A ratio in the evidence (0.97) may be said as a percentage (97%).
    if (value !== null && token.endsWith('%') && isNear(value * 100, wanted)) return true;
  }
  return false;
}

function isNear(value: number, wanted: number): boolean {
  return Math.abs(value - wanted) <= Math.abs(wanted) * TOLERANCE;
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, h: 3600, d: 86400 };

function magnitude(token: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(%|ms|[shd])?$/.exec(token);
  if (match) return Number(match[1]) * (SECONDS[match[2] ?? ''] ?? 1);
  return parseQuantity(token);
}
