import { SECOND } from '@headwater/core/time.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import { deliverNotices } from '@headwater/engine/notify/deliver-notices.ts';
import { queueNotices } from '@headwater/engine/notify/queue-notices.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import type { Notifier } from '@headwater/engine/ports/notifier.ts';
import type { Wake } from '@headwater/engine/ports/wake.ts';
import { type Loop, startLoop } from './loop.ts';

export interface NotifyParts {
  readonly ctx: Pick<VerbContext, 'store' | 'now'>;
  readonly notifiers: readonly Notifier[];
  readonly publicUrl: string | null;
  readonly wake: Wake;
  readonly log: Log;
}

const EVERY_MS = 2 * SECOND;

/** Tells the destinations of what happens; nothing is read or written when there are none. */
export function startNotifying({ ctx, notifiers, publicUrl, wake, log }: NotifyParts): readonly Loop[] {
  if (notifiers.length === 0) return [];
  const destinations = notifiers.map(({ destination }) => destination);
  const loop = startLoop({
    every: EVERY_MS,
    onError: (error) => log.error({ error }, 'notices could not be sent'),
    run: async (signal) => {
      const read = await queueNotices(ctx, destinations);
      const tried = await deliverNotices(ctx, { notifiers, publicUrl, signal });
      return read + tried > 0;
    },
  });
  wake.on('headwater_event', loop.kick);
  return [loop];
}
