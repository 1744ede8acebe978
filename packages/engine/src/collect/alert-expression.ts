import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';

const CLOSING: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };
const COMPARISON = /^(?:==|!=|>=|<=|>|<)/;
const LOGICAL = /^(?:and|unless|or)\b/i;
// A longer one is a page of rules, not one alert's measure.
const MAX_LENGTH = 2_000;

/** The PromQL a rule compares with its threshold: the left of the first comparison outside brackets; null when it is none we can read. */
export function measuredPart(expression: string): string | null {
  const text = expression.trim();
  if (text === '' || text.length > MAX_LENGTH) return null;
  const end = endOfMeasure(text);
  if (end === null) return null;
  const measured = text.slice(0, end).trim();
  // `(a > 1) and (b > 2)`: what stands in the brackets is the measure with its threshold.
  const inner = wrapped(measured);
  if (inner !== null) return measuredPart(inner);
  return measured === '' || /^[\d.]+$/.test(measured) ? null : measured;
}

/** What the rules of firing alerts measure, read from the address Prometheus gives with each alert. */
export function alertExpressions(
  alerts: readonly Alert[],
): { readonly alertname: string; readonly expression: string }[] {
  const found = new Map<string, string>();
  const ordered = [...alerts].sort((left, right) => (left.startsAt ?? Infinity) - (right.startsAt ?? Infinity));
  for (const { labels, generatorUrl } of ordered) {
    const alertname = labels['alertname'];
    const expression = measuredPart(expressionIn(generatorUrl ?? '') ?? '');
    if (alertname && expression !== null && !found.has(alertname)) found.set(alertname, expression);
  }
  return [...found].map(([alertname, expression]) => ({ alertname, expression }));
}

function expressionIn(address: string): string | null {
  if (!/[?&]g0\.expr=/.test(address)) return null;
  try {
    return new URL(address, 'http://prometheus.invalid').searchParams.get('g0.expr');
  } catch {
    return null;
  }
}

function endOfMeasure(text: string): number | null {
  const open: string[] = [];
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote !== '') {
      if (character === '\\' && quote !== '`') at++;
      else if (character === quote) quote = '';
      continue;
    }
    if (character === '"' || character === "'" || character === '`') quote = character;
    else if ('({['.includes(character)) open.push(character);
    else if (CLOSING[character] !== undefined) {
      if (open.pop() !== CLOSING[character]) return null;
    } else if (open.length === 0) {
      const rest = text.slice(at, at + 8);
      const atWord = at === 0 || /[\s)}\]]/.test(text.charAt(at - 1));
      if (COMPARISON.test(rest) || (atWord && LOGICAL.test(rest))) return at;
    }
  }
  return open.length === 0 && quote === '' ? text.length : null;
}

function wrapped(text: string): string | null {
  if (!text.startsWith('(') || !text.endsWith(')')) return null;
  const inner = text.slice(1, -1);
  // `(a) / (b)` begins and ends with brackets that are not one pair.
  return isBalanced(inner) ? inner : null;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}
