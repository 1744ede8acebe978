import { flag } from '../kinds.ts';
import { setting } from '../setting.ts';

/** What Headwater may change. */
export const actionSettings = {
  writeActions: setting({
    env: 'HEADWATER_WRITE_ACTIONS',
    aliases: ['WRITE_ACTIONS_ENABLED'],
    kind: flag,
    default: false,
    help: 'Lets approved plans be run against the cluster. Off: plans can be made and approved, and nothing is ever changed.',
  }),
};
