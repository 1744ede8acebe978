import type { Log } from '@headwater/engine/ports/log.ts';
import type { Settings } from '../config/settings.ts';

/**
 * What handlers need beyond the verb context (`ctx.store`, `ctx.actor` ...): one line per service, added by the area that
 * provides it and made in wiring.
 */
export interface Services {
  readonly settings: Settings;
  readonly log: Log;
}
