import { DAY, MINUTE, SECOND } from '@headwater/core/time.ts';
import { duration } from '../kinds.ts';
import { setting } from '../setting.ts';

/** When incidents end and come back. */
export const incidentSettings = {
  quietPeriod: setting({
    env: 'HEADWATER_QUIET_PERIOD',
    kind: duration(0, DAY),
    default: 5 * MINUTE,
    help: 'How long nothing of an incident may fire before it is resolved by itself.',
  }),
  reopenWindow: setting({
    env: 'HEADWATER_REOPEN_WINDOW',
    kind: duration(0, 30 * DAY),
    default: 30 * MINUTE,
    help: 'How long after it was resolved an incident is opened again when its alert fires; later a new one is opened.',
  }),
  sweepInterval: setting({
    env: 'HEADWATER_SWEEP_INTERVAL',
    kind: duration(100, 10 * MINUTE),
    default: 3 * SECOND,
    help: 'How often the passing of time is looked at: alerts that expire, incidents that stay quiet, snoozes that end.',
  }),
};
