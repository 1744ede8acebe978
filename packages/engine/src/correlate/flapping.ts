import { decideFlapping, FLAPPING_RULE } from '@headwater/core/incident/flapping.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Repositories } from '../ports/store.ts';
import type { WaitingEpisodeRow } from '../ports/store/correlation.ts';

export interface FlappingChange {
  readonly alertId: string;
  readonly incidentId: string;
  readonly flapping: boolean;
  readonly reason: string;
}

export interface FlappingNow {
  /** Alerts of the batch that flap. */
  readonly flapping: ReadonlySet<string>;
  readonly changes: readonly FlappingChange[];
}

/** Decides for the alerts of a batch that ended whether they flap by now, and remembers it. */
export async function noteFlapping(
  tx: Pick<Repositories, 'correlation'>,
  episodes: readonly WaitingEpisodeRow[],
  now: Millis,
): Promise<FlappingNow> {
  const flapping = new Set(
    episodes.filter(({ flappingSince }) => flappingSince !== null).map(({ alertId }) => alertId),
  );
  const ended = episodes.filter(({ status, alertId }) => status === 'resolved' && !flapping.has(alertId));
  if (ended.length === 0) return { flapping, changes: [] };
  const alertIds = [...new Set(ended.map(({ alertId }) => alertId))];
  const changes: FlappingChange[] = [];
  for (const cycles of await tx.correlation.cycles(now - FLAPPING_RULE.window, alertIds)) {
    const decision = decideFlapping(cycles, now);
    if (!decision.flapping) continue;
    flapping.add(cycles.alertId);
    if (cycles.incidentId === null) continue;
    changes.push({ alertId: cycles.alertId, incidentId: cycles.incidentId, flapping: true, reason: decision.reason });
  }
  const started = alertIds.filter((id) => flapping.has(id));
  if (started.length > 0) await tx.correlation.setFlapping(started, now);
  return { flapping, changes };
}
