import type { Episode } from '@headwater/core/alert/episode.ts';
import type { Severity } from '@headwater/core/alert/severity.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';

/** The identity of an alert. */
export interface AlertKey {
  readonly cluster: string;
  readonly fingerprint: string;
}

/** What a sender's latest word says of an alert. */
export interface AlertFacts extends AlertKey {
  readonly source: string;
  readonly name: string;
  readonly severity: Severity;
  readonly namespace: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Changes with labels and annotations and nothing else. */
  readonly contentHash: string;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly subject: Subject | null;
  readonly subjectState: 'resolved' | 'ambiguous' | 'unresolved';
  readonly subjectReason: string;
  readonly groupKey: string | null;
  readonly receiver: string | null;
  readonly generatorUrl: string | null;
}

export interface NewAlert extends AlertFacts {
  readonly id: string;
  readonly status: 'firing' | 'resolved';
  readonly firstSeenAt: Millis;
}

/** An alert whose labels or annotations changed. */
export interface RefreshedAlert extends AlertFacts {
  readonly id: string;
}

/** What changes with an episode; group and receiver stay when null. */
export interface AlertState {
  readonly id: string;
  readonly status: 'firing' | 'resolved';
  readonly lastSeenAt: Millis;
  readonly groupKey: string | null;
  readonly receiver: string | null;
}

export interface StoredEpisode extends Episode {
  readonly id: string;
}

/** An alert held until the transaction ends, with what a decision about its episodes needs. */
export interface StoredAlert extends AlertKey {
  readonly id: string;
  readonly status: 'firing' | 'resolved';
  readonly contentHash: string;
  readonly groupKey: string | null;
  readonly receiver: string | null;
  readonly lastSeenAt: Millis;
  /** The newest ones; the open one, if any, is the newest. */
  readonly episodes: readonly StoredEpisode[];
}

export interface NewEpisode extends StoredEpisode {
  readonly alertId: string;
  /** False for what correlation need not see: a span that was over before it was known. */
  readonly correlate: boolean;
}

/** A changed episode; `correlate` true hands it to correlation again, false leaves that as it is. */
export interface ChangedEpisode extends StoredEpisode {
  readonly correlate: boolean;
}

/** An open episode told again; `by` is added to its counter. */
export interface RepeatedEpisode {
  readonly id: string;
  readonly by: number;
  readonly expiresAt: Millis | null;
}

/** The write side of alerts, each method one statement however many rows it is given. */
export interface AlertsRepository {
  /** Makes other intake wait until the transaction ends and gives the alerts that exist, with their `EPISODES_LOADED` newest episodes held. */
  lock(keys: readonly AlertKey[]): Promise<readonly StoredAlert[]>;
  /** All episodes of alerts from a start on, for signals older than what `lock` loads. */
  episodesSince(alertIds: readonly string[], startsAt: Millis): Promise<ReadonlyMap<string, readonly StoredEpisode[]>>;
  insert(alerts: readonly NewAlert[]): Promise<void>;
  refresh(alerts: readonly RefreshedAlert[]): Promise<void>;
  setStates(states: readonly AlertState[]): Promise<void>;
  /** Ended episodes before new ones: only one of an alert may be open at any moment. */
  changeEpisodes(episodes: readonly ChangedEpisode[]): Promise<void>;
  insertEpisodes(episodes: readonly NewEpisode[]): Promise<void>;
  countRepeats(episodes: readonly RepeatedEpisode[]): Promise<void>;
  /** Tells the correlator that episodes wait, when the transaction commits. */
  wakeCorrelator(): Promise<void>;
}

/** How many episodes `lock` loads per alert. */
export const EPISODES_LOADED = 3;
