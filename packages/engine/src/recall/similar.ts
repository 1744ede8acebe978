import { scopeOf } from '@headwater/core/access/permissions.ts';
import { type Comparable, type Likeness, likeness } from '@headwater/core/recall/similarity.ts';
import { RECALL_MODEL } from '@headwater/contracts/http/recall.ts';
import type { VerbContext } from '../context.ts';
import type { IncidentFullView } from '../ports/store/incident-queries.ts';
import type { RecallCandidate } from '../ports/store/recall.ts';
import { withholdCause } from '../views/withhold.ts';

export interface SimilarIncident extends Likeness {
  readonly incident: RecallCandidate;
}

// The comparison reads each; the newest are the likeliest to help.
const CANDIDATES = 100;
const SHOWN = 5;
// Below it two incidents share a few words and nothing a person would call similar.
const LEAST = 0.3;

/** Past incidents most like this one, each once, the likest first. */
export async function similarTo(
  ctx: VerbContext,
  incident: IncidentFullView,
  limit = SHOWN,
): Promise<readonly SimilarIncident[]> {
  const scope = scopeOf(ctx.actor, 'incidents.read');
  const candidates = await ctx.store.recall.alike({
    scope,
    model: RECALL_MODEL,
    incidentId: incident.id,
    category: incident.causeCategory,
    subjectName: incident.subject?.name ?? null,
    limit: CANDIDATES,
  });
  const self: Comparable = { ...incident, summary: incident.analysisSummary ?? '' };
  return candidates
    .map((row) => withholdCause(scope, row))
    .map((row) => ({ incident: row, ...likeness(self, row) }))
    .filter(({ similarity }) => similarity >= LEAST)
    .sort((left, right) => right.similarity - left.similarity || right.incident.startedAt - left.incident.startedAt)
    .slice(0, limit);
}
