import type { AlertSort } from '@headwater/contracts/http/alert.ts';
import type { Scope } from '@headwater/core/access/scope.ts';
import type { Severity } from '@headwater/core/alert/severity.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { PlacedReference } from './incident-queries.ts';

/** An alert as lists show it, with its newest episode. */
export interface AlertView {
  readonly id: string;
  readonly cluster: string;
  readonly fingerprint: string;
  readonly source: string;
  readonly name: string;
  readonly severity: Severity;
  readonly namespace: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly subject: Subject | null;
  readonly subjectState: 'resolved' | 'ambiguous' | 'unresolved';
  readonly status: 'firing' | 'resolved';
  readonly firstSeenAt: Millis;
  readonly lastSeenAt: Millis;
  /** When its newest episode came in. */
  readonly newestAt: Millis;
  readonly flappingSince: Millis | null;
  readonly incident: PlacedReference | null;
  readonly episode: EpisodeView | null;
}

export interface AlertFullView extends AlertView {
  readonly extra: Readonly<Record<string, unknown>>;
  readonly subjectReason: string;
  readonly groupKey: string | null;
  readonly receiver: string | null;
  readonly generatorUrl: string | null;
}

export interface EpisodeView {
  readonly id: string;
  readonly status: 'firing' | 'resolved';
  readonly startsAt: Millis;
  readonly endsAt: Millis | null;
  readonly endedBy: 'source' | 'expired' | 'superseded' | 'person' | null;
  readonly receivedAt: Millis;
  readonly repeats: number;
  readonly incidentId: string | null;
  readonly joinedAt: Millis | null;
  readonly joinedBy: string | null;
  readonly joinReason: string | null;
  readonly mutedBy: string | null;
}

/** What a list is narrowed to; undefined narrows nothing, lists are alternatives, labels must all hold. */
export interface AlertFilter {
  readonly scope: Scope;
  readonly statuses?: readonly ('firing' | 'resolved')[] | undefined;
  readonly severities?: readonly Severity[] | undefined;
  readonly clusters?: readonly string[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly subjectStates?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly flapping?: boolean | undefined;
  readonly text?: string | undefined;
  readonly from?: Millis | undefined;
  /** Exclusive. */
  readonly to?: Millis | undefined;
}

/** Where a page of alerts ended. */
export interface AlertPosition {
  /** When the newest episode of the alert came in; within an incident, when it started. */
  readonly key: Millis;
  readonly id: string;
}

export interface AlertPage {
  readonly sort: AlertSort;
  readonly limit: number;
  readonly after: AlertPosition | null;
}

/** The read side of alerts. */
export interface AlertQueries {
  /** Newest first. */
  list(filter: AlertFilter, page: AlertPage): Promise<readonly AlertView[]>;
  find(id: string): Promise<AlertFullView | null>;
  /** Newest first. */
  episodes(alertId: string, limit: number): Promise<readonly EpisodeView[]>;
  countEpisodes(alertId: string): Promise<number>;
  /** Each alert of an incident with its newest episode there; newest first. */
  ofIncident(
    incidentId: string,
    page: { readonly limit: number; readonly after: AlertPosition | null },
  ): Promise<readonly AlertView[]>;
}
