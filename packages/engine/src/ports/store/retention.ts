import type { Millis } from '@headwater/core/time.ts';

/** Deletes what is over, at most `limit` rows at a time, each call on its own; returns how many. */
export interface RetentionRepository {
  /** Incidents resolved before, with all that belongs to them and what was merged into them. */
  deleteIncidents(before: Millis, limit: number): Promise<number>;
  /** Ended episodes of no incident. */
  deleteEpisodes(before: Millis, limit: number): Promise<number>;
  /** Alerts last seen before that have no episode left. */
  deleteAlerts(before: Millis, limit: number): Promise<number>;
  /** Events of no incident; those of an incident go with it, for they are its timeline. */
  deleteEvents(before: Millis, limit: number): Promise<number>;
  deleteAudit(before: Millis, limit: number): Promise<number>;
}
