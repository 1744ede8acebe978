import type { Candidate, Candidates } from '@headwater/core/grouping/choose-incident.ts';
import { namespacesOf } from '@headwater/core/incident/members.ts';
import type { CandidateIncident, WaitingEpisodeRow } from '../ports/store/correlation.ts';
import type { KeyRow } from '../ports/store/incidents.ts';
import type { PlacedEpisode } from './place-episodes.ts';

/** An episode that joins, and by which rule and reason. */
export interface Joining {
  readonly episode: PlacedEpisode;
  readonly rule: string;
  readonly reason: string;
}

/** An incident while a batch is planned: what it was, and what the batch brings it. */
export interface BoardIncident extends Candidate {
  readonly id: string;
  readonly stored: CandidateIncident | null;
  open: boolean;
  namespaces: readonly string[];
  /** Why it is open again; null when it is not reopened. */
  reopenReason: string | null;
  readonly joined: Joining[];
  /** Members that ended, and members that fire again. */
  readonly ended: WaitingEpisodeRow[];
  readonly refired: WaitingEpisodeRow[];
}

/** The incidents a batch may touch, changing while it is planned. */
export interface Board extends Candidates {
  byKey(key: string): BoardIncident | undefined;
  byId(id: string): BoardIncident | undefined;
  open(id: string, episode: PlacedEpisode): BoardIncident;
  join(incident: BoardIncident, joining: Joining): void;
  /** Opens it again; `key` is held too, in case others hold all it had. */
  reopen(incident: BoardIncident, reason: string, key: string): void;
  /** Incidents the batch touches, in the order it touched them. */
  touched(): readonly BoardIncident[];
  /** Keys the batch gives to incidents; the first of a new incident is the one that makes it unique. */
  newKeys(): readonly KeyRow[];
}

/** A board with the candidates as the store has them. */
export function createBoard(cluster: string, candidates: readonly CandidateIncident[]): Board {
  const byId = new Map<string, BoardIncident>(candidates.map((stored) => [stored.id, fromStored(stored)]));
  const byKey = new Map<string, BoardIncident>();
  const keys: KeyRow[] = [];
  for (const { id, keys: held } of candidates) {
    const incident = byId.get(id);
    if (incident?.open) for (const key of held) byKey.set(key, incident);
  }
  const hold = (incident: BoardIncident, key: string | null): void => {
    if (key === null || byKey.has(key)) return;
    byKey.set(key, incident);
    keys.push({ incidentId: incident.id, cluster, key });
  };
  return {
    byKey: (key) => byKey.get(key),
    byId: (id) => byId.get(id),
    open(id, episode) {
      const incident = fresh(id);
      byId.set(id, incident);
      hold(incident, episode.keys.primary);
      return incident;
    },
    join(incident, joining) {
      incident.joined.push(joining);
      const { row, root, keys: own } = joining.episode;
      incident.namespaces = namespacesOf([{ namespace: row.namespace, subject: root }], incident.namespaces);
      hold(incident, own.primary);
      hold(incident, own.group);
    },
    reopen(incident, reason, key) {
      incident.open = true;
      incident.reopenReason = reason;
      for (const closed of incident.stored?.closedKeys ?? []) if (!byKey.has(closed)) byKey.set(closed, incident);
      hold(incident, key);
    },
    touched: () => [...byId.values()].filter(isTouched),
    newKeys: () => keys,
  };
}

function isTouched({ joined, ended, refired }: BoardIncident): boolean {
  return joined.length + ended.length + refired.length > 0;
}

function fromStored(stored: CandidateIncident): BoardIncident {
  const { id, number, namespaces, resolvedAt, mergedInto } = stored;
  return {
    ...work(),
    id,
    number,
    namespaces,
    resolvedAt,
    mergedInto,
    stored,
    open: stored.status !== 'resolved' && mergedInto === null,
  };
}

function fresh(id: string): BoardIncident {
  return { ...work(), id, number: null, namespaces: [], resolvedAt: null, mergedInto: null, stored: null, open: true };
}

function work(): Pick<BoardIncident, 'reopenReason' | 'joined' | 'ended' | 'refired'> {
  return { reopenReason: null, joined: [], ended: [], refired: [] };
}
