import type { Severity } from '@headwater/core/alert/severity.ts';
import type { IncidentStatus } from '@headwater/core/incident/status.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';

/** An incident as the verbs that change it see it. */
export interface Incident {
  readonly id: string;
  /** Counts over the whole installation; what people say aloud. */
  readonly number: number;
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly title: string;
  readonly titleBy: 'alerts' | 'diagnosis' | 'person';
  readonly severity: Severity;
  readonly severityBy: 'alerts' | 'person';
  readonly status: IncidentStatus;
  readonly subject: Subject | null;
  readonly startedAt: Millis;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
  readonly acknowledgedAt: Millis | null;
  readonly acknowledgedBy: string | null;
  readonly snoozedUntil: Millis | null;
  readonly assignee: string | null;
  /** Since when nothing fires. */
  readonly quietSince: Millis | null;
  readonly resolvedAt: Millis | null;
  readonly resolvedBy: string | null;
  readonly resolveReason: string | null;
  readonly reopened: number;
  readonly hidden: boolean;
  readonly mergedInto: string | null;
  /** The alert the incident is named after. */
  readonly leadAlertId: string | null;
  /** Different alerts, and how many of them fire. */
  readonly alertCount: number;
  readonly firingCount: number;
  readonly analysisSummary: string | null;
  readonly analysisDetail: string | null;
  readonly diagnosisState: 'pending' | 'running' | 'done' | 'failed';
  readonly version: number;
}

export type NewIncident = Pick<
  Incident,
  | 'id'
  | 'cluster'
  | 'namespaces'
  | 'title'
  | 'titleBy'
  | 'severity'
  | 'severityBy'
  | 'subject'
  | 'startedAt'
  | 'createdAt'
  | 'leadAlertId'
>;

export type IncidentChanges = Partial<
  Omit<Incident, 'id' | 'number' | 'cluster' | 'createdAt' | 'updatedAt' | 'version'>
>;

/** The part of an incident that its alerts decide; written for many at once. */
export type RolledUp = Pick<
  Incident,
  | 'id'
  | 'namespaces'
  | 'title'
  | 'severity'
  | 'status'
  | 'subject'
  | 'startedAt'
  | 'snoozedUntil'
  | 'acknowledgedAt'
  | 'acknowledgedBy'
  | 'quietSince'
  | 'resolvedAt'
  | 'resolvedBy'
  | 'resolveReason'
  | 'reopened'
  | 'leadAlertId'
  | 'alertCount'
  | 'firingCount'
  | 'diagnosisState'
>;

/** What the alerts of an incident add up to. */
export interface AlertSummary {
  readonly incidentId: string;
  readonly alertCount: number;
  readonly firingCount: number;
}

/** One alert of an incident, for what must be decided anew after a merge, split or move. */
export interface MemberAlert {
  readonly alertId: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly namespace: string | null;
  readonly subject: Subject | null;
  /** Of its first episode in the incident. */
  readonly startsAt: Millis;
  /** The keys its episodes joined by. */
  readonly rootKeys: readonly string[];
}

export interface KeyRow {
  readonly incidentId: string;
  readonly cluster: string;
  readonly key: string;
}

/** The write side of incidents and the correlation keys that make them unique. */
export interface IncidentsRepository {
  get(id: string): Promise<Incident | null>;
  /** Holds the rows until the transaction ends, always in the order of their ids; missing ones are left out. */
  lock(ids: readonly string[]): Promise<readonly Incident[]>;
  /** Makes whoever changes the keys of a cluster wait for the others; taken before any row. */
  lockCluster(cluster: string): Promise<void>;
  /** Returns the numbers given, by id. */
  insert(rows: readonly NewIncident[]): Promise<ReadonlyMap<string, number>>;
  /** Writes the changes and raises the version. */
  update(id: string, changes: IncidentChanges, now: Millis): Promise<Incident>;
  /** Writes what alerts decide for many incidents and raises their versions. */
  rollUp(rows: readonly RolledUp[], now: Millis): Promise<void>;
  summarise(ids: readonly string[]): Promise<ReadonlyMap<string, AlertSummary>>;
  members(id: string): Promise<readonly MemberAlert[]>;

  /** Adds open keys; those some open incident holds are left out. Returns the ones added. */
  holdKeys(keys: readonly KeyRow[]): Promise<readonly KeyRow[]>;
  /** Closes every key of the incidents. */
  closeKeys(ids: readonly string[]): Promise<void>;
  /** Opens the keys of incidents again, those no other open incident holds; returns the ones now open. */
  openKeys(ids: readonly string[]): Promise<readonly KeyRow[]>;
  /** Gives keys of one incident to another; without `keys`, all of them. */
  giveKeys(from: string, to: string, keys?: readonly string[]): Promise<void>;
  /** Which open incident holds each key. */
  holders(cluster: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  keysOf(id: string): Promise<readonly { readonly key: string; readonly open: boolean }[]>;

  /** Moves every episode of one incident to another and notes where they came from, so that it can be undone. */
  mergeEpisodes(from: string, to: string): Promise<number>;
  /** Moves back the episodes that the last merge of `from` into `to` brought; returns how many. */
  unmergeEpisodes(from: string, to: string): Promise<number>;
  /** Moves the episodes of some alerts to another incident, as a person decided. */
  moveEpisodes(move: {
    readonly from: string;
    readonly to: string;
    readonly alertIds: readonly string[];
    readonly by: string;
    readonly reason: string;
    readonly now: Millis;
  }): Promise<number>;
  /** The incident of the alert's newest episode that has one. */
  incidentOfAlert(alertId: string): Promise<string | null>;
  /** Incidents merged into this one. */
  mergedFrom(id: string): Promise<readonly Incident[]>;
}
