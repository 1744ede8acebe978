/** A key that makes a repeated request one request. */
export function requestKey(): string {
  return crypto.randomUUID();
}
