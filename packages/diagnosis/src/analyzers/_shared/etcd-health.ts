import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { firingAlerts } from './firing-alerts.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { recentLevel } from './saturation.ts';

/** What is wrong with etcd now; nothing in it when it is well or was not measured. */
export interface EtcdHealth {
  readonly slow: readonly Shift[];
  /** Quota use at which writes soon stop; null below it. */
  readonly full: Signal | null;
  readonly leaderless: Signal | null;
  readonly alerts: readonly Alert[];
}

// Where the common alerts fire: a write needs a majority of fsyncs, and each request waits for it.
const SLOW_FSYNC = 0.5;
const SLOW_COMMIT = 0.25;
const FULL = 0.95;
const ALERT =
  /^etcd(NoLeader|Insufficient\w*|MembersDown|HighFsyncDurations|HighCommitDurations|HighNumberOfLeaderChanges|HighNumberOfFailedProposals|DatabaseQuotaLowSpace|BackendQuotaLowSpace|DatabaseHighFragmentationRatio|ExcessiveDatabaseGrowth|MemberCommunicationSlow)$|etcd.*(fragment|slow|quota)/i;

/** The state of etcd, judged once for all who depend on it. */
export const etcdHealth = perSnapshot((snapshot: Snapshot): EtcdHealth => {
  const [quota] = signalsOf(snapshot).all('etcd-quota');
  const [leader] = signalsOf(snapshot).all('etcd-leader');
  return {
    slow: [
      ...activeShifts(snapshot, 'etcd-fsync', 'up').filter(({ after }) => after.median >= SLOW_FSYNC),
      ...activeShifts(snapshot, 'etcd-commit', 'up').filter(({ after }) => after.median >= SLOW_COMMIT),
    ],
    full: quota && recentLevel(quota) >= FULL ? quota : null,
    leaderless: leader && leader.samples.at(-1)?.[1] === 0 ? leader : null,
    alerts: firingAlerts(snapshot, ALERT),
  };
});

/** Whether anything of etcd is wrong. */
export function isDegraded({ slow, full, leaderless, alerts }: EtcdHealth): boolean {
  return slow.length > 0 || full !== null || leaderless !== null || alerts.length > 0;
}
