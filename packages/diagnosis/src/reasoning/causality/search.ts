import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type Millis, MINUTE } from '@headwater/core/time.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Edge } from '../../topology/topology.ts';
import { MAX_HOPS } from '../reach.ts';
import { createHeap } from './heap.ts';
import type { Mode } from './modes.ts';
import type { Observation, Observations, Seen } from './observations.ts';
import { type Direction, type Rule, rulesFor, WITHIN } from './rules.ts';

/** One component in one mode, and how trouble got there. */
export interface State {
  readonly subject: Subject;
  readonly mode: Mode;
  readonly cost: number;
  /** Null where the search began. */
  readonly from: State | null;
  /** The step that led here; null for what happened within the same component. */
  readonly by: { readonly edge: Edge; readonly rule: Rule } | null;
  /** That the component shows the mode, when something does. */
  readonly seen: Observation | null;
  readonly since: Millis | null;
}

export interface Beginning {
  /** The faulty objects. */
  readonly subjects: readonly Subject[];
  /** Objects that findings say are directly affected. */
  readonly affected: readonly Subject[];
  readonly modes: readonly Mode[];
  readonly since: Millis | null;
}

/** Something to be explained: a component, and the modes that would explain it. */
export interface Goal {
  readonly subject: Subject;
  readonly modes: readonly Mode[];
}

// A component that shows the effect is passed before one of which nothing is known, and that before one measured as well.
const UNSEEN = 0.6;
const MEASURED_WELL = 4;
const CALL_UNSEEN = 0.3;
const CALL_WELL = 2;
const CALL_ELSEWHERE = 4;
const GOES_ON = 0.7;
// What a caller feels of a call; each turns into the other by timeouts and retries.
const FELT: readonly Mode[] = ['errors', 'latency'];
const INSIDE = 0.2;
const GUESSED = 6;
const EARLIER_THAN_CAUSE = 1;
const LATER_THAN_RULE = 0.5;
// An affected object that no edge leads to is still affected.
const STATED = 1.5;
// One that edges lead to is reached by them, whatever they cost.
const STATED_TOO = 12;
// Two scrapes: effects that began this close together began together.
const SLACK = 2 * MINUTE;
// An effect known by its alert alone began before the alert did, by the `for` and the window of its rule.
const ALERTED_AFTER = 30 * MINUTE;
// A fault that names hundreds of victims is one whose edges are known: a search for each would cost more than it tells.
const MAX_ASKED = 24;
const MAX_COST = 30;
// A cascade touches tens of components; whatever is further off in a cluster of thousands explains nothing.
const MAX_STATES = 1_500;

// Trouble of one kind becomes another where something runs or answers; a ConfigMap or a policy is only what it is.
const RUNS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'Pod',
  'Node',
  'Service',
]);

const TROUBLE: readonly Mode[] = ['down', 'errors', 'latency', 'saturated', 'surge'];

/** The cheapest chains of effects from a beginning to each goal, in the order of the goals; null where no rule leads. */
export function searchEffects(
  snapshot: Snapshot,
  { beginning, goals, observations }: { beginning: Beginning; goals: readonly Goal[]; observations: Observations },
): readonly (State | null)[] {
  const wanted = goals.map(({ subject, modes }) => ({
    key: subjectKey(snapshot.topology.component(subject)),
    // An alert about a Namespace is about something in it.
    namespace: subject.kind === 'Namespace' ? subject.name : null,
    modes: new Set(modes),
  }));
  const found: (State | null)[] = goals.map(() => null);
  const walk = createWalk(snapshot, beginning, observations);
  for (const state of walk) {
    const key = subjectKey(state.subject);
    for (const [index, goal] of wanted.entries())
      if (
        found[index] === null &&
        goal.modes.has(state.mode) &&
        (goal.key === key || (goal.namespace !== null && goal.namespace === state.subject.namespace))
      )
        found[index] = state;
    if (found.every((state) => state !== null)) break;
  }
  return found;
}

/** The steps of a state's chain, the first one first; what happened within a component is left out. */
export function stepsTo(state: State): readonly { readonly state: State; readonly edge: Edge; readonly rule: Rule }[] {
  const steps: { state: State; edge: Edge; rule: Rule }[] = [];
  for (let at: State | null = state; at; at = at.from) if (at.by) steps.unshift({ state: at, ...at.by });
  return steps;
}

function* createWalk(snapshot: Snapshot, beginning: Beginning, observations: Observations): Generator<State> {
  const heap = createHeap<State>();
  const settled = new Set<string>();
  const { topology } = snapshot;
  const affected = new Set(beginning.affected.map((subject) => subjectKey(topology.component(subject))));
  const affectedShows = beginning.affected.some((subject) =>
    TROUBLE.some((mode) => observations.of(topology.component(subject), mode)),
  );
  const context: Context = { snapshot, affected, affectedShows, observations };
  const put = (state: State | null): void => {
    if (state && state.cost <= MAX_COST && !settled.has(keyOf(state))) heap.put(state, state.cost);
  };
  const begin = (subject: Subject, cost: number): void => {
    for (const mode of beginning.modes)
      put({
        subject: topology.component(subject),
        mode,
        cost,
        from: null,
        by: null,
        seen: null,
        since: beginning.since,
      });
  };
  for (const subject of beginning.subjects) begin(subject, 0);
  const isLinked = (subject: Subject): boolean =>
    beginning.subjects.some(
      (faulty) => (topology.path(subject, faulty, MAX_HOPS) ?? topology.path(faulty, subject, MAX_HOPS)) !== null,
    );
  for (const [index, subject] of beginning.affected.entries())
    begin(subject, index >= MAX_ASKED || isLinked(subject) ? STATED_TOO : STATED);
  for (let state = heap.take(); state && settled.size < MAX_STATES; state = heap.take()) {
    const key = keyOf(state);
    if (settled.has(key)) continue;
    settled.add(key);
    yield state;
    for (const turn of turnsInto(state)) put(inside(state, turn, context));
    for (const direction of ['to-dependent', 'to-needed'] as const)
      for (const next of across(state, direction, context)) put(next);
  }
}

function keyOf({ subject, mode }: State): string {
  return `${subjectKey(subject)}#${mode}`;
}

// A Service passes on what its Pods do; only its own fault becomes anything else.
function turnsInto({ subject, mode, by }: State): (typeof WITHIN)[Mode] {
  if (!RUNS.has(subject.kind) || (subject.kind === 'Service' && by !== null)) return [];
  return WITHIN[mode];
}

// Where one of those whom a finding names shows trouble, that another reader of the setting fails has to show as well.
function inside(
  state: State,
  { to: mode, seen: onlySeen }: (typeof WITHIN)[Mode][number],
  { observations, affectedShows }: Context,
): State | null {
  const seen = observations.of(state.subject, mode);
  if (onlySeen && !seen) return null;
  const guessed = state.mode === 'changed' && state.by !== null && affectedShows;
  return {
    subject: state.subject,
    mode,
    cost: state.cost + INSIDE + (seen ? 0 : (seen === null ? INSIDE : MEASURED_WELL) + (guessed ? GUESSED : 0)),
    from: state,
    by: null,
    seen: seen || null,
    since: (seen || null)?.since ?? state.since,
  };
}

interface Context {
  readonly snapshot: Snapshot;
  readonly affected: ReadonlySet<string>;
  /** Whether any of the affected is seen to be in trouble. */
  readonly affectedShows: boolean;
  readonly observations: Observations;
}

function* across(state: State, direction: Direction, { snapshot, affected, observations }: Context): Iterable<State> {
  const { topology } = snapshot;
  const edges =
    direction === 'to-dependent' ? topology.dependents(state.subject) : topology.dependencies(state.subject);
  for (const edge of edges) {
    const subject = direction === 'to-dependent' ? edge.from : edge.to;
    for (const rule of rulesFor(edge.relation, direction)) {
      if (!rule.from.includes(state.mode)) continue;
      if (rule.only === 'named' && !affected.has(subjectKey(subject))) continue;
      const seen = observations.of(subject, rule.to);
      // What a Service passes on shows at its Pods.
      if (rule.only === 'seen' && !seen && subject.kind !== 'Service') continue;
      const since = (seen || null)?.since ?? null;
      yield {
        subject,
        mode: rule.to,
        cost:
          state.cost +
          1 +
          rule.extra +
          priceOf(subject, rule.to, seen) +
          callPrice(edge, rule, observations) +
          orderPrice(state.since, since, rule),
        from: state,
        by: { edge, rule },
        seen: seen || null,
        since: since ?? state.since,
      };
    }
  }
}

// Services, claims and policies are not measured themselves, and what was changed shows only in what it does: neither says
// anything for or against a chain.
function priceOf({ kind }: Subject, mode: Mode, seen: Seen): number {
  if (seen === null) return kind === 'Service' || mode === 'changed' ? 0 : UNSEEN;
  return seen === false ? MEASURED_WELL : 0;
}

function callPrice(edge: Edge, { to }: Rule, observations: Observations): number {
  if (edge.relation !== 'calls') return 0;
  const along = observations.along(edge, to);
  if (to === 'starved') return starvingPrice(edge, along, observations);
  if (along) return 0;
  // Where some calls of a caller were seen to fail or to take long, its trouble comes from those.
  const elsewhere = FELT.some((mode) => observations.anyAlong(edge.from, mode));
  if (elsewhere && FELT.includes(to) && !FELT.some((mode) => observations.along(edge, mode))) return CALL_ELSEWHERE;
  return along === null ? CALL_UNSEEN : CALL_WELL;
}

// Of several callers the one that stopped is the one whose calls stopped; who goes on calling others did not.
function starvingPrice({ from }: Edge, along: Seen, observations: Observations): number {
  if (along === false) return CALL_WELL;
  const goesOn = !observations.halted(from);
  return (along === null ? CALL_UNSEEN : 0) + (goesOn ? GOES_ON : 0);
}

function orderPrice(cause: Millis | null, effect: Millis | null, { within }: Rule): number {
  if (cause === null || effect === null) return 0;
  if (effect < cause - SLACK) return EARLIER_THAN_CAUSE;
  return effect > cause + within + ALERTED_AFTER ? LATER_THAN_RULE : 0;
}
