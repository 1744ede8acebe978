import type { IncidentItem } from '@headwater/contracts/http/incident.ts';

export interface IncidentPageData {
  readonly items: readonly IncidentItem[];
  readonly nextCursor: string | null;
}

export interface Merged {
  readonly pages: readonly IncidentPageData[];
  /** Rows that were not in the list before. */
  readonly added: readonly string[];
  /** Rows whose content changed. */
  readonly changed: readonly string[];
}

interface Changes {
  /** The head of the list as the server has it now. */
  readonly head: readonly IncidentItem[];
  /** Incidents deeper in the list, asked for one by one; null is gone or no longer visible. */
  readonly single: ReadonlyMap<string, IncidentItem | null>;
  readonly belongs: (incident: IncidentItem) => boolean;
}

/** Ids of changed incidents the new head does not tell about, so that they are asked for one by one. */
export function beyondHead(
  pages: readonly IncidentPageData[],
  head: readonly IncidentItem[],
  touched: ReadonlySet<string>,
): string[] {
  const told = new Set(head.map((incident) => incident.id));
  const loaded = pages.flatMap((page) => page.items.map((incident) => incident.id));
  return loaded.filter((id) => touched.has(id) && !told.has(id));
}

/**
 * The loaded list with what changed: rows keep their places, new ones come in before them, an older version never
 * replaces a newer one, and what no longer belongs leaves.
 */
export function mergeLive(pages: readonly IncidentPageData[], changes: Changes): Merged {
  const known = new Set(pages.flatMap((page) => page.items.map((incident) => incident.id)));
  const fresh = new Map(changes.head.map((incident) => [incident.id, incident]));
  const changed: string[] = [];
  const update = (incident: IncidentItem): IncidentItem[] => {
    const single = changes.single.get(incident.id);
    if (single === null) return [];
    const next = fresh.get(incident.id) ?? single;
    if (!next || next.version <= incident.version) return changes.belongs(incident) ? [incident] : [];
    if (!changes.belongs(next)) return [];
    changed.push(next.id);
    return [next];
  };
  const kept = pages.map((page) => ({ ...page, items: page.items.flatMap(update) }));
  const placed = newRows(kept, { ...changes, known });
  const [first, ...rest] = kept.length > 0 ? kept : [{ items: [], nextCursor: null }];
  const insert = (items: readonly IncidentItem[]): IncidentItem[] =>
    items.flatMap((incident) => [incident, ...(placed.get(incident.id) ?? [])]);
  const head = {
    items: [...(placed.get(TOP) ?? []), ...insert(first?.items ?? [])],
    nextCursor: first?.nextCursor ?? null,
  };
  return {
    pages: [head, ...rest.map((page) => ({ ...page, items: insert(page.items) }))],
    added: [...placed.values()].flat().map((incident) => incident.id),
    changed,
  };
}

const TOP = '';

/**
 * New rows by the row they come after, as the server orders them. What comes after the last loaded row is left out while
 * there is more to load: the next page brings it, and it would stand there twice.
 */
function newRows(
  pages: readonly IncidentPageData[],
  { head, belongs, known }: Changes & { readonly known: ReadonlySet<string> },
): ReadonlyMap<string, IncidentItem[]> {
  const placed = new Map<string, IncidentItem[]>();
  const shown = new Set(pages.flatMap((page) => page.items.map((incident) => incident.id)));
  let after = TOP;
  for (const incident of head) {
    if (shown.has(incident.id)) after = incident.id;
    else if (!known.has(incident.id) && belongs(incident)) {
      placed.set(after, [...(placed.get(after) ?? []), incident]);
    }
  }
  const last = pages.at(-1);
  const end = last?.items.at(-1)?.id;
  if (last?.nextCursor && end !== undefined) placed.delete(end);
  return placed;
}
