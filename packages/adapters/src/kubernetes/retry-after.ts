/** A server that asks for more patience than this is asked again by whoever called, not from in here. */
const MAX_WAIT_MS = 10_000;

/**
 * Milliseconds a `Retry-After` header asks for, at most ten seconds; null without one. The form that is a date is
 * counted from the answer's own `Date` header, so the two clocks need not agree.
 */
export function retryAfterOf(headers: Readonly<Record<string, string | string[] | undefined>>): number | null {
  const text = String(headers['retry-after'] ?? '').trim();
  if (text === '') return null;
  const millis = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.parse(String(headers['date']));
  return Number.isNaN(millis) ? null : Math.min(Math.max(millis, 0), MAX_WAIT_MS);
}
