import type { Cause, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { type Entities, entitiesOf } from './entities.ts';
import type { Cast } from './cast.ts';
import type { GroundTruth } from './ground-truth.ts';

/** What one diagnosis is worth against its ground truth; shares from 0 to 1. */
export interface Scored {
  /** The first cause is a root of the truth. */
  readonly first: boolean;
  /** The place of the first cause that is a root, from 1; null when none is. */
  readonly place: number | null;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly chain: { readonly precision: number; readonly recall: number; readonly f1: number } | null;
  /** 1 for the root itself, less for every step away from it in the truth's own chain. */
  readonly proximity: number;
  readonly explained: number;
  readonly missing: readonly string[];
  readonly surplus: readonly string[];
}

/** Scores a diagnosis: entities and edges at the level of the truth's groups, aliases merged. */
export function scoreDiagnosis(
  diagnosis: Diagnosis,
  { truth, cast, alerts }: { truth: GroundTruth; cast: Cast; alerts: number },
): Scored {
  const entities = entitiesOf(truth, cast);
  const roots = new Set(truth.groups.filter(({ rootCause }) => rootCause).map(({ id }) => entities.classOf(id)));
  const hits = diagnosis.causes.map((cause) =>
    namesOf(cause)
      .flatMap((name) => entities.find(name) ?? [])
      .filter((id) => roots.has(id)),
  );
  const found = new Set(hits.flat());
  const right = hits.filter((hit) => hit.length > 0).length;
  const precision = hits.length === 0 ? 0 : right / hits.length;
  const recall = roots.size === 0 ? 0 : found.size / roots.size;
  const place = hits.findIndex((hit) => hit.length > 0);
  const wanted = truthEdges(truth, entities);
  const predicted = predictedEdges(diagnosis, entities);
  const common = [...predicted].filter((edge) => wanted.has(edge)).length;
  return {
    first: place === 0,
    place: place < 0 ? null : place + 1,
    precision,
    recall,
    f1: harmonic(precision, recall),
    chain: wanted.size === 0 ? null : shares(common, predicted.size, wanted.size),
    proximity: proximity(diagnosis.causes[0], { truth, entities, roots }),
    explained: alerts === 0 ? 1 : 1 - diagnosis.unexplained.length / alerts,
    missing: [...wanted].filter((edge) => !predicted.has(edge)),
    surplus: [...predicted].filter((edge) => !wanted.has(edge)),
  };
}

function shares(common: number, predicted: number, wanted: number): { precision: number; recall: number; f1: number } {
  const precision = predicted === 0 ? 0 : common / predicted;
  const recall = common / wanted;
  return { precision, recall, f1: harmonic(precision, recall) };
}

function harmonic(left: number, right: number): number {
  return left + right === 0 ? 0 : (2 * left * right) / (left + right);
}

// What broke and what changed are both named by a diagnosis; truths mean now one, now the other.
function namesOf({ subject, aliases, actor }: Cause): readonly Subject[] {
  return [subject, ...(actor ? [actor] : []), ...aliases];
}

/** The edges of the truth between classes of groups; what leads from a class to itself is none. */
function truthEdges(truth: GroundTruth, entities: Entities): ReadonlySet<string> {
  return new Set(
    truth.propagations
      .map(({ source, target }) => [entities.classOf(source), entities.classOf(target)] as const)
      .filter(([source, target]) => source !== target)
      .map(([source, target]) => `${source} > ${target}`),
  );
}

/** The links of all causes between classes; parts of the chain that the truth has no group for are passed through. */
function predictedEdges({ causes }: Diagnosis, entities: Entities): ReadonlySet<string> {
  const steps = new Map<string, Set<string>>();
  const label = (subject: Subject): string => entities.find(subject) ?? `?${subject.kind}/${subject.name}`;
  const step = (source: string, target: string): void => {
    if (source !== target) steps.set(source, (steps.get(source) ?? new Set()).add(target));
  };
  for (const { from, to } of causes.flatMap(({ chain }) => chain)) {
    const [source, target] = [label(from), label(to)];
    // A Deployment acts through its Pods, a Schedule through the experiment it runs.
    const through = entities.through(from) ?? source;
    step(source, through);
    step(through, target);
  }
  const edges = new Set<string>();
  for (const source of steps.keys()) {
    if (source.startsWith('?')) continue;
    for (const target of knownAfter(steps, source)) if (target !== source) edges.add(`${source} > ${target}`);
  }
  return edges;
}

function knownAfter(steps: ReadonlyMap<string, ReadonlySet<string>>, source: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const passed = new Set<string>();
  const queue = [...(steps.get(source) ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const further = steps.get(next);
    // An end that the truth does not know is an edge too many.
    if (!next.startsWith('?') || !further) reached.add(next);
    else if (!passed.has(next)) {
      passed.add(next);
      queue.push(...further);
    }
  }
  return reached;
}

function proximity(
  cause: Cause | undefined,
  { truth, entities, roots }: { truth: GroundTruth; entities: Entities; roots: ReadonlySet<string> },
): number {
  const start = cause ? namesOf(cause).flatMap((name) => entities.find(name) ?? []) : [];
  const pairs = truth.propagations.map(
    ({ source, target }) => [entities.classOf(source), entities.classOf(target)] as const,
  );
  const seen = new Set(start);
  let frontier = [...seen];
  for (let hops = 0; frontier.length > 0; hops++) {
    if (frontier.some((id) => roots.has(id))) return 1 / (1 + hops);
    const next = pairs.flatMap(([source, target]) => [
      ...(frontier.includes(source) && !seen.has(target) ? [target] : []),
      ...(frontier.includes(target) && !seen.has(source) ? [source] : []),
    ]);
    for (const id of next) seen.add(id);
    frontier = [...new Set(next)];
  }
  return 0;
}
