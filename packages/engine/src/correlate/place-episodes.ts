import { neighboursByName, rootByName } from '@headwater/core/grouping/by-name.ts';
import type { Neighbour } from '@headwater/core/grouping/choose-incident.ts';
import { type CorrelationKeys, correlationKeys } from '@headwater/core/grouping/keys.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { WaitingEpisodeRow } from '../ports/store/correlation.ts';
import type { Topology } from '../ports/topology.ts';

/** A waiting episode with its place in the cluster. */
export interface PlacedEpisode {
  readonly row: WaitingEpisodeRow;
  readonly root: Subject | null;
  readonly keys: CorrelationKeys;
  readonly neighbours: readonly Neighbour[];
}

// A Node or a shared Service has hundreds; the ones after these would only make the question longer.
const MOST_NEIGHBOURS = 200;

/** Finds what each episode is about; equal subjects are looked up once. */
export function placeEpisodes(rows: readonly WaitingEpisodeRow[], topology: Topology): readonly PlacedEpisode[] {
  const known = new Map<string, Pick<PlacedEpisode, 'root' | 'neighbours'>>();
  return rows.map((row) => {
    const { root, neighbours } = placeOf(row.subject, topology, known);
    const { fingerprint, namespace, groupKey } = row;
    return { row, root, neighbours, keys: correlationKeys({ fingerprint, namespace, groupKey, root }) };
  });
}

function placeOf(
  subject: Subject | null,
  topology: Topology,
  known: Map<string, Pick<PlacedEpisode, 'root' | 'neighbours'>>,
): Pick<PlacedEpisode, 'root' | 'neighbours'> {
  if (!subject) return { root: null, neighbours: [] };
  const key = subjectKey(subject);
  const found = known.get(key);
  if (found) return found;
  const place = look(subject, topology);
  known.set(key, place);
  return place;
}

function look(subject: Subject, topology: Topology): Pick<PlacedEpisode, 'root' | 'neighbours'> {
  const root = topology.rootOwner(subject);
  if (root) return { root, neighbours: topology.neighbours(root).slice(0, MOST_NEIGHBOURS) };
  // The object may be gone while its owner is still there.
  const guessed = rootByName(subject);
  const owner = topology.rootOwner(guessed);
  if (owner) return { root: owner, neighbours: topology.neighbours(owner).slice(0, MOST_NEIGHBOURS) };
  return { root: guessed, neighbours: neighboursByName(guessed) };
}
