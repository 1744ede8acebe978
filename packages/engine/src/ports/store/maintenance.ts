import type { Scope } from '@headwater/core/access/scope.ts';
import type { LabelMatcher } from '@headwater/core/grouping/matchers.ts';
import type { Millis } from '@headwater/core/time.ts';

/** A planned time in which matching alerts are kept but open no incident. */
export interface Maintenance {
  readonly id: string;
  /** The only cluster its matchers reach; null for any. */
  readonly cluster: string | null;
  /** The only namespaces its matchers reach; none for any. */
  readonly namespaces: readonly string[];
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: Millis;
  readonly endsAt: Millis;
  readonly comment: string;
  readonly createdBy: string;
  readonly createdAt: Millis;
  /** When a person ended it early, and who. */
  readonly endedAt: Millis | null;
  readonly endedBy: string | null;
}

export interface MaintenancePage {
  readonly scope: Scope;
  /** Only those that run at a moment. */
  readonly activeAt?: Millis | undefined;
  readonly before: string | null;
  readonly limit: number;
}

export interface MaintenanceRepository {
  insert(row: Maintenance): Promise<void>;
  get(id: string): Promise<Maintenance | null>;
  /** Newest first, below the id `before`. */
  list(page: MaintenancePage): Promise<readonly Maintenance[]>;
  /** Those that run at a moment in a cluster. */
  active(cluster: string, at: Millis): Promise<readonly Maintenance[]>;
  /** False when it had ended already. */
  end(id: string, at: Millis, by: string): Promise<boolean>;
}
