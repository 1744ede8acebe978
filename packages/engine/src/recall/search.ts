import { scopeOf } from '@headwater/core/access/permissions.ts';
import { answersTo, tellingWords } from '@headwater/core/recall/similarity.ts';
import { RECALL_MODEL } from '@headwater/contracts/http/recall.ts';
import type { VerbContext } from '../context.ts';
import type { RecallCandidate } from '../ports/store/recall.ts';
import { withholdCause } from '../views/withhold.ts';

export interface RecallHit {
  readonly incident: RecallCandidate;
  readonly similarity: number;
}

const CANDIDATES = 300;

/** Incidents whose words answer a text, each once, the best first. Documents of other models are never looked at. */
export async function searchRecall(ctx: VerbContext, query: string, limit: number): Promise<readonly RecallHit[]> {
  const scope = scopeOf(ctx.actor, 'incidents.read');
  const rows = await ctx.store.recall.byWords({
    scope,
    model: RECALL_MODEL,
    words: tellingWords(query),
    limit: CANDIDATES,
  });
  const candidates = rows.map((row) => withholdCause(scope, row));
  const answers = answersTo(
    query,
    candidates.map(({ title, summary, cause }) => `${title} ${summary} ${cause ?? ''}`),
  );
  return candidates
    .map((incident, index) => ({ incident, similarity: answers[index] ?? 0 }))
    .filter(({ similarity }) => similarity > 0)
    .sort((left, right) => right.similarity - left.similarity || right.incident.startedAt - left.incident.startedAt)
    .slice(0, limit);
}
