import { DAY, HOUR, MINUTE } from '@headwater/core/time.ts';
import { duration, flag } from '../kinds.ts';
import { setting } from '../setting.ts';

/** What is kept of how the objects of the clusters change. */
export const journalSettings = {
  enabled: setting({
    env: 'HEADWATER_JOURNAL',
    kind: flag,
    default: true,
    help: 'Keep every version of the objects somebody decides about: what changed before an incident, by whom, with the difference.',
  }),
  secrets: setting({
    env: 'HEADWATER_JOURNAL_SECRETS',
    kind: flag,
    default: false,
    help: 'Read a Secret that changed, to keep the names of its keys with the length and a keyed hash of each value, never a value. Without it no value is read, and only that a Secret was written is kept.',
  }),
  window: setting({
    env: 'HEADWATER_JOURNAL_WINDOW',
    kind: duration(10 * MINUTE, 7 * DAY),
    default: 24 * HOUR,
    help: 'How far back a diagnosis looks for changes in the journal.',
  }),
};
