import { normaliseSeverity } from '@headwater/core/alert/severity.ts';
import type { AlertFullView, AlertView, EpisodeView } from '@headwater/engine/ports/store/alert-queries.ts';
import type { Selectable } from 'kysely';
import type { AlertEpisodeTable, AlertTable } from '../schema.ts';

export const ALERT_COLUMNS = [
  'a.id',
  'a.cluster',
  'a.fingerprint',
  'a.source',
  'a.name',
  'a.severity',
  'a.namespace',
  'a.labels',
  'a.annotations',
  'a.subject',
  'a.subject_state',
  'a.status',
  'a.first_seen_at',
  'a.last_seen_at',
  'a.newest_at',
  'a.flapping_since',
] as const;

// Both tables have an id, a status and more in common, so an episode's columns carry its initial.
export const EPISODE_COLUMNS = [
  'e.id as e_id',
  'e.status as e_status',
  'e.starts_at',
  'e.ends_at',
  'e.ended_by',
  'e.received_at',
  'e.repeats',
  'e.incident_id',
  'e.joined_at',
  'e.joined_by',
  'e.join_reason',
  'e.muted_by',
] as const;

export const INCIDENT_OF_ALERT = [
  'i.id as i_id',
  'i.number as i_number',
  'i.title as i_title',
  'i.cluster as i_cluster',
  'i.namespaces as i_namespaces',
] as const;

type AlertRow = Pick<Selectable<AlertTable>, (typeof ALERT_COLUMNS)[number] extends `a.${infer Name}` ? Name : never>;
type Episode = Selectable<AlertEpisodeTable>;
type Nullable<T> = { readonly [Key in keyof T]: T[Key] | null };

export type EpisodeRow = Pick<
  Episode,
  | 'starts_at'
  | 'ends_at'
  | 'ended_by'
  | 'received_at'
  | 'repeats'
  | 'incident_id'
  | 'joined_at'
  | 'joined_by'
  | 'join_reason'
  | 'muted_by'
> & { readonly e_id: string; readonly e_status: Episode['status'] };

interface IncidentColumns {
  readonly i_id: string;
  readonly i_number: number;
  readonly i_title: string;
  readonly i_cluster: string;
  readonly i_namespaces: string[];
}

export type AlertViewRow = AlertRow & Nullable<EpisodeRow> & Nullable<IncidentColumns>;
export type AlertFullRow = AlertViewRow &
  Pick<Selectable<AlertTable>, 'extra' | 'subject_reason' | 'group_key' | 'receiver' | 'generator_url'>;

export function episodeOf(row: EpisodeRow): EpisodeView {
  return {
    id: row.e_id,
    status: row.e_status,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    endedBy: row.ended_by,
    receivedAt: row.received_at,
    repeats: row.repeats,
    incidentId: row.incident_id,
    joinedAt: row.joined_at,
    joinedBy: row.joined_by,
    joinReason: row.join_reason,
    mutedBy: row.muted_by,
  };
}

export function alertOf(row: AlertViewRow): AlertView {
  return {
    id: row.id,
    cluster: row.cluster,
    fingerprint: row.fingerprint,
    source: row.source,
    name: row.name,
    severity: normaliseSeverity(row.severity),
    namespace: row.namespace,
    labels: row.labels,
    annotations: row.annotations,
    subject: row.subject,
    subjectState: row.subject_state,
    status: row.status,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    newestAt: row.newest_at,
    flappingSince: row.flapping_since,
    incident: incidentOf(row),
    episode: hasEpisode(row) ? episodeOf(row) : null,
  };
}

export function fullAlertOf(row: AlertFullRow): AlertFullView {
  return {
    ...alertOf(row),
    extra: row.extra,
    subjectReason: row.subject_reason,
    groupKey: row.group_key,
    receiver: row.receiver,
    generatorUrl: row.generator_url,
  };
}

function hasEpisode(row: Nullable<EpisodeRow>): row is EpisodeRow {
  return row.e_id !== null;
}

function incidentOf(row: Nullable<IncidentColumns>): AlertView['incident'] {
  if (row.i_id === null) return null;
  return {
    id: row.i_id,
    number: row.i_number ?? 0,
    title: row.i_title ?? '',
    cluster: row.i_cluster ?? '',
    namespaces: row.i_namespaces ?? [],
  };
}
