import type { Severity } from '@headwater/core/alert/severity.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Incident } from './incidents.ts';

/** An episode that changed since correlation last saw it. */
export interface WaitingEpisodeRow {
  readonly id: string;
  readonly alertId: string;
  readonly status: 'firing' | 'resolved';
  readonly startsAt: Millis;
  readonly endsAt: Millis | null;
  readonly receivedAt: Millis;
  /** When the end was received; null while firing. */
  readonly resolvedReceivedAt: Millis | null;
  readonly incidentId: string | null;
  readonly rootKey: string | null;
  readonly mutedBy: string | null;
  readonly name: string;
  readonly severity: Severity;
  readonly namespace: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly groupKey: string | null;
  readonly subject: Subject | null;
  readonly flappingSince: Millis | null;
  /** The incident of the alert's newest other episode that has one, and who put it there. */
  readonly lastIncidentId: string | null;
  readonly lastJoinedBy: string | null;
}

/** What correlation decided of an episode; `status` is what it saw, so that a change meanwhile is seen next time. */
export interface SettledEpisode {
  readonly id: string;
  readonly status: 'firing' | 'resolved';
  readonly incidentId: string | null;
  readonly joinedAt: Millis | null;
  readonly joinedBy: string | null;
  readonly joinReason: string | null;
  readonly rootKey: string | null;
  readonly mutedBy: string | null;
}

export interface CandidateIncident extends Incident {
  /** The wanted keys it holds open. */
  readonly keys: readonly string[];
  /** Keys it held when it was open. */
  readonly closedKeys: readonly string[];
}

export interface AlertCyclesRow {
  readonly alertId: string;
  readonly flappingSince: Millis | null;
  readonly endedAt: readonly Millis[];
  readonly lastTransitionAt: Millis;
  readonly incidentId: string | null;
}

export interface ExpiredEpisode {
  readonly id: string;
  readonly alertId: string;
  readonly incidentId: string | null;
}

/** What the correlator and its sweeps read and write of alerts and episodes. */
export interface CorrelationRepository {
  /** Clusters with waiting episodes, the longest waiting first. */
  waitingClusters(): Promise<readonly string[]>;
  /** Waiting episodes of a cluster in the order they came in. */
  waiting(cluster: string, limit: number): Promise<readonly WaitingEpisodeRow[]>;
  /** Open incidents that hold one of the keys, and the named ones; their rows are held until the transaction ends. */
  candidates(
    cluster: string,
    wanted: { readonly keys: readonly string[]; readonly ids: readonly string[] },
  ): Promise<readonly CandidateIncident[]>;
  settle(rows: readonly SettledEpisode[]): Promise<void>;

  /** Recent cycles of alerts; without ids, of those that count as flapping. */
  cycles(since: Millis, alertIds: readonly string[] | null): Promise<readonly AlertCyclesRow[]>;
  setFlapping(alertIds: readonly string[], since: Millis | null): Promise<void>;

  /** Ends episodes whose own end passed; they wait for correlation then. */
  expire(now: Millis, limit: number): Promise<readonly ExpiredEpisode[]>;
  /** Open incidents that have been quiet since before a moment, held; those another process holds are left out. */
  quietSince(before: Millis, limit: number): Promise<readonly Incident[]>;
  /** Incidents whose snooze is over, held; those another process holds are left out. */
  snoozedUntil(before: Millis, limit: number): Promise<readonly Incident[]>;
  /** Lets firing episodes wait for correlation again whose maintenance is over; returns how many. */
  unmute(now: Millis, limit: number): Promise<number>;
}
