import { formatSubject, type Subject, subjectKey } from '../subject.ts';
import type { Millis } from '../time.ts';
import { decideReopen } from '../incident/windows.ts';

/** Which rule brought an episode to its incident. */
export const JOIN_RULES = ['same-root', 'same-alert', 'reopened', 'neighbour', 'same-group', 'person', 'new'] as const;

export type JoinRule = (typeof JOIN_RULES)[number];

/** An incident an episode may join. */
export interface Candidate {
  readonly id: string;
  readonly number: number | null;
  readonly open: boolean;
  readonly resolvedAt: Millis | null;
  readonly mergedInto: string | null;
  readonly namespaces: readonly string[];
}

/** One step of topology away from the episode's root, and how the two are related. */
export interface Neighbour {
  readonly subject: Subject;
  /** In words that complete "<root> …", such as `is selected by Service shop/checkout`. */
  readonly relation: string;
}

/** An episode that has no incident yet, with everything the choice looks at. */
export interface WaitingEpisode {
  readonly startsAt: Millis;
  readonly namespace: string | null;
  readonly root: Subject | null;
  readonly primaryKey: string;
  readonly groupKey: string | null;
  readonly neighbours: readonly Neighbour[];
  /** The incident the alert's episode before this one belongs to. */
  readonly lastIncidentId: string | null;
  /** True when a person put the alert there: then it stays, whatever its keys say. */
  readonly lastByPerson: boolean;
}

/** The incidents at hand, by open correlation key and by id. */
export interface Candidates {
  byKey(key: string): Candidate | undefined;
  byId(id: string): Candidate | undefined;
}

export interface Choice {
  /** Null: open a new incident. */
  readonly incidentId: string | null;
  readonly reopens: boolean;
  readonly rule: JoinRule;
  readonly reason: string;
}

/**
 * Chooses the incident an episode joins: the alert's own where a person put it; one about the same root; the alert's
 * last one when open or just resolved; one about a neighbour in the same namespace or node; one of the same group and namespace; else none.
 */
export function chooseIncident(candidates: Candidates, episode: WaitingEpisode, reopenWindow: number): Choice {
  const last = episode.lastIncidentId === null ? undefined : candidates.byId(episode.lastIncidentId);
  return (
    placedByPerson(last, episode) ??
    sameRoot(candidates, episode) ??
    lastIncident(last, episode, reopenWindow) ??
    neighbour(candidates, episode) ??
    sameGroup(candidates, episode) ?? { incidentId: null, reopens: false, rule: 'new', reason: openingReason(episode) }
  );
}

function joined(incidentId: string, rule: JoinRule, reason: string): Choice {
  return { incidentId, reopens: false, rule, reason };
}

function placedByPerson(last: Candidate | undefined, episode: WaitingEpisode): Choice | null {
  if (!last?.open || !episode.lastByPerson) return null;
  return joined(last.id, 'person', 'a person put this alert into this incident');
}

function sameRoot(candidates: Candidates, episode: WaitingEpisode): Choice | null {
  const found = candidates.byKey(episode.primaryKey);
  if (!found) return null;
  if (episode.root) return joined(found.id, 'same-root', `the incident is about ${formatSubject(episode.root)} too`);
  if (episode.primaryKey === episode.groupKey) return joined(found.id, 'same-group', groupReason(episode));
  return joined(found.id, 'same-alert', 'it is the same alert');
}

function lastIncident(last: Candidate | undefined, episode: WaitingEpisode, reopenWindow: number): Choice | null {
  if (!last) return null;
  if (last.open) return joined(last.id, 'same-alert', 'the same alert fired in this incident before');
  const decision = decideReopen(last, episode.startsAt, reopenWindow);
  return decision.yes ? { incidentId: last.id, reopens: true, rule: 'reopened', reason: decision.reason } : null;
}

function neighbour(candidates: Candidates, episode: WaitingEpisode): Choice | null {
  if (!episode.root) return null;
  for (const { subject, relation } of episode.neighbours) {
    const found = candidates.byKey(subjectKey(subject));
    if (!found || !sharesPlace(episode, subject, found)) continue;
    return joined(found.id, 'neighbour', `${formatSubject(episode.root)} ${relation}, which the incident is about`);
  }
  return null;
}

// A relation across namespaces would let one busy Node or shared service swallow the incidents of strangers.
function sharesPlace(episode: WaitingEpisode, subject: Subject, candidate: Candidate): boolean {
  if (!subject.namespace || episode.namespace === null) return true;
  return subject.namespace === episode.namespace || candidate.namespaces.includes(episode.namespace);
}

function sameGroup(candidates: Candidates, episode: WaitingEpisode): Choice | null {
  if (episode.groupKey === null) return null;
  const found = candidates.byKey(episode.groupKey);
  return found ? joined(found.id, 'same-group', groupReason(episode)) : null;
}

function groupReason(episode: WaitingEpisode): string {
  const place = episode.namespace ? ` and namespace ${episode.namespace}` : '';
  return `the same Alertmanager group${place}`;
}

function openingReason(episode: WaitingEpisode): string {
  if (episode.root) return `no open incident is about ${formatSubject(episode.root)} or what it touches`;
  return 'no open incident shares its group or alert';
}
