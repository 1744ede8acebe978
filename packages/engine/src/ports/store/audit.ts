import type { Scope } from '@headwater/core/access/scope.ts';
import type { Millis } from '@headwater/core/time.ts';

/** One write by a person or a program: who, what, before and after. Rows are never changed. */
export interface AuditEntry {
  /** Grows in the order of writing. */
  readonly id: number;
  readonly at: Millis;
  readonly actorKind: string;
  readonly actorId: string;
  readonly actorName: string;
  /** `<target kind>.<what was done>`, such as `incident.acknowledge`. */
  readonly action: string;
  readonly targetKind: string;
  readonly targetId: string;
  /** Null for what belongs to no cluster: users, tokens, sessions. */
  readonly cluster: string | null;
  readonly namespaces: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  readonly requestId: string | null;
  readonly remoteAddress: string | null;
}

/** What a list of the audit is narrowed to; undefined narrows nothing. */
export interface AuditFilter {
  /** Rows of no cluster are seen only with a scope of everything. */
  readonly scope: Scope;
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  readonly targetKind?: string | undefined;
  readonly targetId?: string | undefined;
  readonly from?: Millis | undefined;
  /** Exclusive. */
  readonly to?: Millis | undefined;
}

export interface AuditRepository {
  append(entry: Omit<AuditEntry, 'id'>): Promise<void>;
  /** Newest first, below the id `before` when one is given. */
  list(
    filter: AuditFilter,
    page: { readonly before: number | null; readonly limit: number },
  ): Promise<readonly AuditEntry[]>;
}
