import type { RetentionPeriods } from '@headwater/core/retention/policy.ts';
import { HOUR } from '@headwater/core/time.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import { deleteExpired } from '@headwater/engine/retention/delete-expired.ts';
import { type Loop, startLoop } from './loop.ts';

export interface RetentionParts {
  readonly periods: RetentionPeriods;
  readonly log: Log;
}

/** Deletes what is past its time every hour, batch after batch until nothing is left. */
export function startRetention(ctx: VerbContext, { periods, log }: RetentionParts): Loop {
  return startLoop({
    every: HOUR,
    onError: (error) => log.error({ error }, 'what is past its time could not be deleted; it is tried again'),
    run: async () => {
      const { more, ...deleted } = await deleteExpired(ctx, periods);
      const rows = Object.values(deleted).reduce((sum, count) => sum + count, 0);
      if (rows > 0) log.info(deleted, 'deleted what is past its time');
      return more;
    },
  });
}
