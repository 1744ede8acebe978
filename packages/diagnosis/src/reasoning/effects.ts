import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Hypothesis } from './hypothesis.ts';
import { componentKey, type Reach, type Surroundings } from './reach.ts';

export type Reached = { readonly hypothesis: Hypothesis; readonly reach: Reach };

export interface EffectIndex {
  /**
   * Shows the hypotheses that a cause reaches or that blame it, as far as the kinds of both allow; one for which `take` is true is
   * never shown again.
   */
  visit(cause: Reached, take: (effect: Hypothesis) => boolean): void;
}

/** Whether hypotheses of two kinds can be cause and effect at all, however near and sure they are. */
export type MayExplain = (cause: Hypothesis, effect: Hypothesis) => boolean;

/** Hypotheses of one kind; whether they can be effects is asked once for all of them. */
type Kinds = Map<string, Hypothesis[]>;

/** Indexes hypotheses by where they stand and whom they blame, so that a cause is compared with what it reaches alone. */
export function indexEffects(snapshot: Snapshot, hypotheses: readonly Reached[], mayExplain: MayExplain): EffectIndex {
  const standing = new Map<string, Hypothesis[]>();
  const blaming = new Map<string, Hypothesis[]>();
  for (const { hypothesis } of hypotheses) {
    append(standing, componentKey(snapshot, hypothesis.subject), hypothesis);
    const blamed = hypothesis.findings.flatMap(({ blames }) => blames ?? []);
    for (const key of new Set(blamed.map((subject) => componentKey(snapshot, subject))))
      append(blaming, key, hypothesis);
  }
  const taken = new Set<Hypothesis>();
  const byPart = new Map<Surroundings, Kinds>();
  const kindsAround = (around: Surroundings): Kinds => {
    const before = byPart.get(around);
    if (before) return before;
    const kinds: Kinds = new Map();
    for (const effect of meeting(standing, around)) append(kinds, kindOf(effect), effect);
    byPart.set(around, kinds);
    return kinds;
  };
  return {
    visit: ({ hypothesis, reach }, take) => {
      const show = (effect: Hypothesis): void => {
        if (!taken.has(effect) && mayExplain(hypothesis, effect) && take(effect)) taken.add(effect);
      };
      for (const [key, hops] of reach.own) {
        for (const effect of standing.get(key) ?? []) show(effect);
        if (hops === 0) for (const effect of blaming.get(key) ?? []) show(effect);
      }
      for (const { around } of reach.parts) {
        const kinds = kindsAround(around);
        for (const [kind, effects] of kinds) {
          const [example] = effects;
          if (!example || !mayExplain(hypothesis, example)) continue;
          for (const effect of effects) show(effect);
          // Parts are shared: what is explained is not looked at again.
          kinds.set(
            kind,
            effects.filter((effect) => !taken.has(effect)),
          );
        }
      }
    },
  };
}

function* meeting(standing: ReadonlyMap<string, readonly Hypothesis[]>, around: Surroundings): Iterable<Hypothesis> {
  const [fewer, more] = standing.size < around.size ? [standing, around] : [around, standing];
  for (const key of fewer.keys()) if (more.has(key)) yield* standing.get(key) ?? [];
}

function kindOf({ category, lead }: Hypothesis): string {
  return `${category} ${lead.role} ${lead.layer}`;
}

function append(map: Map<string, Hypothesis[]>, key: string, hypothesis: Hypothesis): void {
  const list = map.get(key);
  if (list) list.push(hypothesis);
  else map.set(key, [hypothesis]);
}
