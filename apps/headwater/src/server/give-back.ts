import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back the memory that starting took. Loading some thousand modules leaves more garbage than a quiet server makes in
 * hours, and without a reason to collect it V8 would keep it.
 */
export function giveBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function')
    (collect as (options: { type: 'major'; flavor: 'last-resort' }) => void)({ type: 'major', flavor: 'last-resort' });
}
