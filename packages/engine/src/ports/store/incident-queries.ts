import type { IncidentSort } from '@headwater/contracts/http/incident.ts';
import type { Scope } from '@headwater/core/access/scope.ts';
import type { Severity } from '@headwater/core/alert/severity.ts';
import type { IncidentStatus } from '@headwater/core/incident/status.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { StoredEvent } from './events.ts';
import type { Incident } from './incidents.ts';

/** An incident as lists show it. */
export interface IncidentView
  extends Omit<Incident, 'severityBy' | 'leadAlertId' | 'quietSince' | 'analysisSummary' | 'analysisDetail'> {
  readonly verdict: string | null;
  readonly cause: string | null;
  readonly causeCategory: string | null;
  /** Namespace of the likeliest cause, which need not be one of the alerts'; null when it has none or there is none. */
  readonly causeNamespace: string | null;
  readonly confidence: string | null;
  /** Something fires, and all of that is muted by a maintenance. */
  readonly muted: boolean;
}

/** What the page of one incident needs besides. */
export interface IncidentFullView extends IncidentView {
  readonly severityBy: Incident['severityBy'];
  readonly quietSince: Millis | null;
  readonly analysisSummary: string | null;
  readonly analysisDetail: string | null;
}

/** What a list is narrowed to; undefined narrows nothing, lists are alternatives. */
export interface IncidentFilter {
  readonly scope: Scope;
  readonly hidden: boolean;
  readonly statuses?: readonly IncidentStatus[] | undefined;
  readonly severities?: readonly Severity[] | undefined;
  readonly clusters?: readonly string[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
  /** Logins; null for unassigned. */
  readonly assignees?: readonly (string | null)[] | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly verdicts?: readonly string[] | undefined;
  readonly text?: string | undefined;
  readonly from?: Millis | undefined;
  /** Exclusive. */
  readonly to?: Millis | undefined;
  /** Only the snoozed, or only the others, at a moment. */
  readonly snoozed?: { readonly yes: boolean; readonly at: Millis } | undefined;
}

/** Where a page of incidents ended: the values it is sorted by. */
export interface IncidentPosition {
  /** Start, last update, or rank of the severity. */
  readonly key: number;
  /** Breaks ties of the severity. */
  readonly startedAt: Millis;
  readonly id: string;
}

export interface IncidentPage {
  readonly sort: IncidentSort;
  readonly limit: number;
  readonly after: IncidentPosition | null;
}

export interface FacetRow {
  readonly field: 'status' | 'severity' | 'cluster' | 'namespace' | 'category' | 'verdict' | 'assignee';
  readonly value: string;
  readonly count: number;
}

export interface IncidentReference {
  readonly id: string;
  readonly number: number;
  readonly title: string;
}

/** With where it is, for whether someone may be told of it. */
export interface PlacedReference extends IncidentReference {
  readonly cluster: string;
  readonly namespaces: readonly string[];
}

export interface TimelinePage {
  readonly incidentId: string;
  readonly kinds?: readonly string[] | undefined;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  /** Id of the last event of the page before. */
  readonly after: number | null;
}

/** The read side of incidents; every list is filtered by scope in the database. */
export interface IncidentQueries {
  /** Newest or gravest first. */
  list(filter: IncidentFilter, page: IncidentPage): Promise<readonly IncidentView[]>;
  /** By id or by number; also hidden and merged ones. */
  find(idOrNumber: string): Promise<IncidentFullView | null>;
  /** Values that occur among incidents started since a moment, and among unresolved ones, the commonest first. */
  facets(scope: Scope, since: Millis): Promise<readonly FacetRow[]>;
  references(ids: readonly string[]): Promise<readonly PlacedReference[]>;
  /** Those merged into it, the newest first, at most 100. */
  mergedFrom(id: string): Promise<readonly PlacedReference[]>;
  timeline(page: TimelinePage): Promise<readonly StoredEvent[]>;
}
