// What may stand in a log line and a header without escaping.
const ACCEPTED = /^[A-Za-z0-9._:/+=-]{1,128}$/;

/** The caller's request id when it is harmless, else a fresh one. */
export function requestIdOf(header: string | string[] | undefined, fresh: () => string): string {
  return typeof header === 'string' && ACCEPTED.test(header) ? header : fresh();
}
