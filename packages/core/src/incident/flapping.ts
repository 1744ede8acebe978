import { formatDuration, type Millis, MINUTE } from '../time.ts';

/** When an alert counts as flapping: so many firing-to-resolved cycles in a window; quiet for the clearance ends it. */
export interface FlappingRule {
  readonly cycles: number;
  readonly window: number;
  readonly clearance: number;
}

export const FLAPPING_RULE: FlappingRule = { cycles: 3, window: 30 * MINUTE, clearance: 30 * MINUTE };

/** What the store remembers of one alert's episodes. */
export interface AlertCycles {
  readonly flappingSince: Millis | null;
  /** When its last episodes ended, any order; older ones than the window do not matter. */
  readonly endedAt: readonly Millis[];
  /** The last time it started or stopped firing. */
  readonly lastTransitionAt: Millis;
}

export interface FlappingDecision {
  readonly flapping: boolean;
  readonly changed: boolean;
  readonly reason: string;
}

/** Whether an alert flaps now; decided from stored episodes alone, so that a restart changes nothing. */
export function decideFlapping(alert: AlertCycles, now: Millis, rule: FlappingRule = FLAPPING_RULE): FlappingDecision {
  const was = alert.flappingSince !== null;
  const cycles = alert.endedAt.filter((at) => at > now - rule.window).length;
  if (cycles >= rule.cycles)
    return {
      flapping: true,
      changed: !was,
      reason: `it fired and resolved ${cycles} times in ${formatDuration(rule.window)}`,
    };
  if (!was) return { flapping: false, changed: false, reason: `${cycles} of ${rule.cycles} cycles` };
  const quiet = now - alert.lastTransitionAt;
  if (quiet < rule.clearance)
    return { flapping: true, changed: false, reason: `it changed ${formatDuration(quiet)} ago` };
  return { flapping: false, changed: true, reason: `it has not changed for ${formatDuration(rule.clearance)}` };
}
