import { DAY } from '@headwater/core/time.ts';
import { durationOrForever, int } from '../kinds.ts';
import { setting } from '../setting.ts';

/** How long what is over is kept. */
export const retentionSettings = {
  incidents: setting({
    env: 'HEADWATER_RETENTION_INCIDENTS',
    kind: durationOrForever(DAY),
    default: 400 * DAY,
    help: 'How long a resolved incident is kept with its alerts, evidence, diagnoses, comments and timeline; `forever` deletes none.',
  }),
  events: setting({
    env: 'HEADWATER_RETENTION_EVENTS',
    kind: durationOrForever(DAY),
    default: 30 * DAY,
    help: 'How long events that belong to no incident are kept; those of an incident are its timeline and stay with it.',
  }),
  audit: setting({
    env: 'HEADWATER_RETENTION_AUDIT',
    kind: durationOrForever(DAY),
    default: 400 * DAY,
    help: 'How long the audit of who did what is kept.',
  }),
  journal: setting({
    env: 'HEADWATER_RETENTION_JOURNAL',
    kind: durationOrForever(DAY),
    default: 90 * DAY,
    help: 'How long versions of objects are kept; the newest of an object that is still there stays.',
  }),
  journalVersions: setting({
    env: 'HEADWATER_RETENTION_JOURNAL_VERSIONS',
    kind: int(2, 10_000),
    default: 200,
    help: 'How many versions of one object are kept at most.',
  }),
};
