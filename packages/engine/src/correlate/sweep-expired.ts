import type { VerbContext } from '../context.ts';

const AT_ONCE = 1_000;

/** Ends episodes whose own end passed without a repeat; correlation sees them next. Returns how many. */
export async function sweepExpired(ctx: VerbContext): Promise<number> {
  const expired = await ctx.store.transaction((tx) => tx.correlation.expire(ctx.now(), AT_ONCE));
  return expired.length;
}
