import { createHmac } from 'node:crypto';

/** A hash that only whoever holds the key can recompute: equal values stay equal, and a dictionary is of no use. */
export function keyedHash(key: Uint8Array): (value: string) => string {
  return (value) => createHmac('sha256', key).update(value).digest('hex').slice(0, 16);
}
