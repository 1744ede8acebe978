import { scenario as known } from '../scenarios/oom-killed.ts';
import { retell } from './kit/retell.ts';

/** No former ReplicaSet is kept (revisionHistoryLimit 0) and no change was recorded: what it was before cannot be told. */
export const scenario = retell(known, {
  slug: 'gone-former-revision',
  title: 'Restarts of a service whose history is not kept',
  theme: 'evidence-gone',
  astray: () => undefined,
  finish: (world) => ({
    ...world,
    objects: world.objects.filter(
      ({ kind, spec }) => kind !== 'ReplicaSet' || (spec as { replicas?: number } | undefined)?.replicas !== 0,
    ),
    changes: [],
    journal: [],
  }),
});
