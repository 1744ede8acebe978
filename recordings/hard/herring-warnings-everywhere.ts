import { scenario as known } from '../scenarios/readiness-wrong-path.ts';
import { oldWarnings } from './kit/herrings.ts';
import { retell } from './kit/retell.ts';

/** Every pod of the cluster has warnings of an hour ago; one workload has a fault now. */
export const scenario = retell(known, {
  slug: 'herring-warnings-everywhere',
  title: 'The event list is red from top to bottom, and one rollout does not come up',
  theme: 'red-herring',
  astray(plan) {
    oldWarnings(
      plan,
      plan.workloads.filter(({ kind }) => kind !== 'DaemonSet'),
      5,
    );
  },
});
