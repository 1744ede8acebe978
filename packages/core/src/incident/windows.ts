import { formatDuration, type Millis } from '../time.ts';

/** A decision and its reason in words a person may read. */
export interface Decided {
  readonly yes: boolean;
  readonly reason: string;
}

/** Whether an incident without firing alerts has been quiet long enough to be resolved. */
export function decideQuietResolve(
  incident: { readonly firingCount: number; readonly quietSince: Millis | null },
  now: Millis,
  quietPeriod: number,
): Decided {
  if (incident.firingCount > 0 || incident.quietSince === null)
    return { yes: false, reason: 'alerts are still firing' };
  const quiet = now - incident.quietSince;
  if (quiet < quietPeriod)
    return { yes: false, reason: `quiet for ${formatDuration(quiet)} of ${formatDuration(quietPeriod)}` };
  return { yes: true, reason: `no alert has fired for ${formatDuration(quietPeriod)}` };
}

/** Whether an alert that fires again brings its resolved incident back. */
export function decideReopen(
  incident: { readonly resolvedAt: Millis | null; readonly mergedInto: string | null },
  firesAt: Millis,
  reopenWindow: number,
): Decided {
  if (incident.mergedInto !== null)
    return { yes: false, reason: `the incident was merged into ${incident.mergedInto}` };
  if (incident.resolvedAt === null) return { yes: false, reason: 'the incident is not resolved' };
  const since = Math.max(0, firesAt - incident.resolvedAt);
  if (since > reopenWindow)
    return {
      yes: false,
      reason: `it was resolved ${formatDuration(since)} before, longer than the reopen window of ${formatDuration(reopenWindow)}`,
    };
  return {
    yes: true,
    reason: `it fires again ${formatDuration(since)} after the incident was resolved, within the reopen window of ${formatDuration(reopenWindow)}`,
  };
}

/** When an incident became quiet: kept while nothing fires, cleared by the first firing alert. */
export function quietSinceAfter(firingCount: number, quietSince: Millis | null, now: Millis): Millis | null {
  if (firingCount > 0) return null;
  return quietSince ?? now;
}
