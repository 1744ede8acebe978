import type { VerbContext } from '../context.ts';

const AT_ONCE = 5_000;

/** Hands alerts that still fire after their maintenance to correlation. Returns how many. */
export function sweepMuted(ctx: VerbContext): Promise<number> {
  return ctx.store.transaction((tx) => tx.correlation.unmute(ctx.now(), AT_ONCE));
}
