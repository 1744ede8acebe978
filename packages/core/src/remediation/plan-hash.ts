import { createHash } from 'node:crypto';
import { canonicalJson } from '../ids.ts';
import type { Plan } from './plan.ts';

/** What an approval is bound to: SHA-256 over the whole plan, hexadecimal. */
export function planHash(plan: Plan): string {
  return createHash('sha256').update(canonicalJson(plan)).digest('hex');
}
