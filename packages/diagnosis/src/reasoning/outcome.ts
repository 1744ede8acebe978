import type { OutcomeCode } from '@headwater/contracts/diagnosis/explanation.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Edge } from '../topology/topology.ts';
import type { How } from './explain.ts';
import { footprint } from './hypothesis.ts';
import type { Ranked } from './rank.ts';
import { MAX_HOPS } from './reach.ts';
import type { Target } from './targets.ts';
import { CAUSE_FLOOR, isRelevant, isUnseen, type Judgement, MARGIN, MAX_CAUSES } from './verdict.ts';

/** What became of a hypothesis, and why, in plain words. */
export interface Outcome {
  readonly code: OutcomeCode;
  readonly words: string;
  /** The hypothesis it lost to or shares its place with. */
  readonly against: Ranked | null;
  /** The edges by which the other explains it, from the cause. */
  readonly through: readonly Edge[];
}

export interface OutcomeInput {
  readonly ranked: readonly Ranked[];
  readonly judgement: Judgement;
  readonly targets: readonly Target[];
}

/** Says what became of a hypothesis, by the very rules that decided it. */
export function outcomeOf(snapshot: Snapshot, entry: Ranked, input: OutcomeInput): Outcome {
  const plain = (code: OutcomeCode, words: string, against: Ranked | null = null): Outcome => ({
    code,
    words,
    against,
    through: [],
  });
  const { judgement, targets } = input;
  const place = judgement.causes.indexOf(entry);
  if (place >= 0) return reported(entry, place, input);
  const { lead, category } = entry.hypothesis;
  if (category === 'not-an-incident')
    return plain('idle', 'fires on purpose or is no incident, so it is blamed for nothing');
  if (entry.explainedBy) return explained(snapshot, entry, input);
  if (isUnseen(entry)) return plain('alert-only', 'only an alert says so, and nothing that was read shows it');
  if (lead.role === 'symptom') return plain('symptom', 'an effect by itself: it says that something is wrong, not why');
  if (entry.score < CAUSE_FLOOR)
    return plain(
      'below-floor',
      `its score ${two(entry.score)} is below ${two(CAUSE_FLOOR)}, from where a hypothesis is called a cause`,
    );
  const [first] = judgement.causes;
  if (first && !isRelevant(entry, first, targets))
    return plain('elsewhere', 'a fault of its own, but no alert that was asked about leads to it', first);
  return plain('crowded-out', `${MAX_CAUSES} causes stand before it`, first ?? null);
}

function reported(entry: Ranked, place: number, { judgement, ranked }: OutcomeInput): Outcome {
  const at = (code: OutcomeCode, words: string, against: Ranked | null): Outcome => ({
    code,
    words,
    against,
    through: [],
  });
  if (judgement.verdict === 'insufficient-evidence')
    return at('hint', 'too weak to be called a cause; told as what is known', null);
  const rival = judgement.rivals?.find((other) => other !== entry);
  if (judgement.rivals?.includes(entry) && rival)
    return at('rival', `within ${two(MARGIN)} of ${nameOf(rival)}, which would account for the same`, rival);
  if (place > 0)
    return at(
      'beside',
      `a cause of its own beside the first: it accounts for ${entry.accounts.length} of the alerted objects`,
      judgement.causes[0] ?? null,
    );
  const next = ranked.find((other) => other !== entry && !other.explainedBy && other.hypothesis.lead.role === 'cause');
  return at(
    'won',
    next
      ? `ahead by ${two(entry.score - next.score)} of ${nameOf(next)}, the next that nothing explains`
      : 'nothing else stood that another hypothesis does not explain',
    next ?? null,
  );
}

const HOW: Readonly<Record<How, string>> = {
  blamed: 'its own finding points there',
  effect: 'it is only an effect, and the other reaches it',
  finer: 'the other names the mechanism on the same object',
  outer: 'it says only that the object does not come up, the other says why',
  better: 'the other says the same more exactly',
  follows: 'such a fault follows from that one',
};

function explained(snapshot: Snapshot, entry: Ranked, { ranked }: OutcomeInput): Outcome {
  const against = ranked.find(({ hypothesis }) => hypothesis === entry.explainedBy) ?? null;
  const through = against ? pathBetween(snapshot, against, entry) : [];
  const by = through.map(({ relation, from, to }) => `${formatSubject(from)} ${relation} ${formatSubject(to)}`);
  const path = by.length > 0 ? `, through ${by.join('; ')}` : '';
  return {
    code: 'explained',
    words: `explained by ${against ? nameOf(against) : 'another'}: ${HOW[entry.how ?? 'effect']}${path}`,
    against,
    through,
  };
}

function pathBetween(snapshot: Snapshot, cause: Ranked, effect: Ranked): readonly Edge[] {
  let best: readonly Edge[] | null = null;
  for (const start of footprint(cause.hypothesis)) {
    const path = snapshot.topology.path(effect.hypothesis.subject, start, MAX_HOPS);
    if (path && (best === null || path.length < best.length)) best = path;
  }
  return [...(best ?? [])].reverse();
}

function nameOf({ hypothesis }: Ranked): string {
  return `${formatSubject(hypothesis.subject)} (${hypothesis.category})`;
}

function two(value: number): string {
  return value.toFixed(2);
}
