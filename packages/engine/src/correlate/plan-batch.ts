import { chooseIncident } from '@headwater/core/grouping/choose-incident.ts';
import { alertKey } from '@headwater/core/grouping/keys.ts';
import type { MaintainedAlert } from '@headwater/core/grouping/maintenance.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { CandidateIncident, SettledEpisode, WaitingEpisodeRow } from '../ports/store/correlation.ts';
import type { KeyRow } from '../ports/store/incidents.ts';
import { type Board, type BoardIncident, createBoard } from './board.ts';
import type { PlacedEpisode } from './place-episodes.ts';

export interface BatchInput {
  readonly cluster: string;
  readonly episodes: readonly PlacedEpisode[];
  readonly candidates: readonly CandidateIncident[];
  /** The maintenance that mutes an alert now, null for none. */
  readonly mutes: (alert: MaintainedAlert) => string | null;
  readonly reopenWindow: number;
  readonly now: Millis;
  readonly newIncidentId: () => string;
}

export interface BatchPlan {
  readonly settled: readonly SettledEpisode[];
  readonly touched: readonly BoardIncident[];
  readonly newKeys: readonly KeyRow[];
  readonly muted: number;
}

/** Decides for each episode of a batch where it belongs, those of known alerts first; later ones see what earlier ones did. */
export function planBatch(input: BatchInput): BatchPlan {
  const board = createBoard(input.cluster, input.candidates);
  const lastOfAlert = new Map<string, string>();
  const settled: SettledEpisode[] = [];
  let muted = 0;
  for (const episode of knownFirst(input.episodes)) {
    const row = settleOne(input, board, episode, lastOfAlert);
    if (row.mutedBy !== null) muted++;
    if (row.incidentId !== null) lastOfAlert.set(episode.row.alertId, row.incidentId);
    settled.push(row);
  }
  return { settled, touched: board.touched(), newKeys: board.newKeys(), muted };
}

// An alert that fires again may reopen its incident; what is new in the same batch must find that one and not open another.
function knownFirst(episodes: readonly PlacedEpisode[]): readonly PlacedEpisode[] {
  const isKnown = ({ row }: PlacedEpisode) => row.incidentId !== null || row.lastIncidentId !== null;
  return [...episodes.filter(isKnown), ...episodes.filter((episode) => !isKnown(episode))];
}

function settleOne(
  input: BatchInput,
  board: Board,
  episode: PlacedEpisode,
  lastOfAlert: ReadonlyMap<string, string>,
): SettledEpisode {
  const { row } = episode;
  const member = row.incidentId === null ? undefined : board.byId(row.incidentId);
  if (member) return settleMember(board, member, row);
  const mutedBy = muteOf(input, row);
  if (mutedBy !== null) return unjoined(episode, mutedBy);
  return settleNewcomer(input, board, episode, lastOfAlert);
}

// An alert never leaves the incident its episode is in: what changed is only whether it fires there.
function settleMember(board: Board, incident: BoardIncident, row: WaitingEpisodeRow): SettledEpisode {
  if (row.status === 'resolved') {
    incident.ended.push(row);
  } else {
    incident.refired.push(row);
    if (!incident.open) board.reopen(incident, `${row.name} fires again in the same span`, alertKey(row.fingerprint));
  }
  const { id, status, incidentId, rootKey, mutedBy } = row;
  return { id, status, incidentId, rootKey, mutedBy, joinedAt: null, joinedBy: null, joinReason: null };
}

function muteOf(input: BatchInput, row: WaitingEpisodeRow): string | null {
  // What was muted while it fired stays so when it ends: nobody was told of it.
  if (row.status === 'resolved' && row.mutedBy !== null) return row.mutedBy;
  return input.mutes({ ...row, cluster: input.cluster });
}

function unjoined({ row, keys }: PlacedEpisode, mutedBy: string): SettledEpisode {
  const { id, status } = row;
  return {
    id,
    status,
    mutedBy,
    rootKey: keys.primary,
    incidentId: null,
    joinedAt: null,
    joinedBy: null,
    joinReason: null,
  };
}

function settleNewcomer(
  input: BatchInput,
  board: Board,
  episode: PlacedEpisode,
  lastOfAlert: ReadonlyMap<string, string>,
): SettledEpisode {
  const { row, root, keys, neighbours } = episode;
  const inBatch = lastOfAlert.get(row.alertId);
  const choice = chooseIncident(
    board,
    {
      startsAt: row.startsAt,
      namespace: row.namespace,
      root,
      primaryKey: keys.primary,
      groupKey: keys.group,
      neighbours,
      lastIncidentId: inBatch ?? row.lastIncidentId,
      lastByPerson: row.lastJoinedBy === 'person' && (inBatch ?? row.lastIncidentId) === row.lastIncidentId,
    },
    input.reopenWindow,
  );
  const chosen = choice.incidentId === null ? undefined : board.byId(choice.incidentId);
  const incident = chosen ?? board.open(input.newIncidentId(), episode);
  if (choice.reopens) board.reopen(incident, `${row.name}: ${choice.reason}`, keys.primary);
  board.join(incident, { episode, rule: choice.rule, reason: choice.reason });
  return {
    id: row.id,
    status: row.status,
    incidentId: incident.id,
    joinedAt: input.now,
    joinedBy: choice.rule,
    joinReason: choice.reason,
    rootKey: keys.primary,
    mutedBy: null,
  };
}
