import { scenario as known } from '../scenarios/key-missing.ts';
import { retold } from './kit/herrings.ts';
import { retell } from './kit/retell.ts';

/** The alert sends the developers after an exception; a key of a Secret does not exist. */
export const scenario = retell(known, {
  slug: 'mislead-says-application',
  title: 'The alert reports a programming error in the new version',
  theme: 'misleading-alert',
  astray(plan) {
    retold(plan, {
      summary: 'NullPointerException in the new version',
      description: 'Application bug: the new version crashes at start with exit code 1. Page the developers.',
    });
  },
  not: () => [{ category: 'app-crash' }, { category: 'version-errors' }],
});
