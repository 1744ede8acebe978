import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import { sameSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Edge } from '../../topology/topology.ts';
import { footprint, type Hypothesis } from '../hypothesis.ts';
import type { Ranked } from '../rank.ts';
import { componentKey, MAX_HOPS } from '../reach.ts';
import type { Target } from '../targets.ts';
import { type Mode, MODES, modesOfAlert } from './modes.ts';
import type { Observations } from './observations.ts';
import { type Beginning, type Goal, searchEffects, type State } from './search.ts';

/** How one target came to be: a chain of states, or a path of edges where no rule leads. */
export interface TargetExplained {
  readonly target: Target;
  readonly state: State | null;
  readonly path: readonly Edge[];
}

/** What the reported causes explain. */
export interface Explanation {
  /** By cause, in their order: the targets it explains and no cause before it does. */
  readonly byCause: readonly (readonly TargetExplained[])[];
  /** Fingerprints of the alerts some cause explains. */
  readonly alerts: ReadonlySet<string>;
}

/** Explains each target by the first of the causes from which an effect travels to it in the way it complains of. */
export function explainTargets(
  snapshot: Snapshot,
  {
    causes,
    targets,
    observations,
  }: { causes: readonly Ranked[]; targets: readonly Target[]; observations: Observations },
): Explanation {
  const modes = modesByAlert(snapshot.alerts);
  const open = new Set(targets);
  const alerts = new Set(causes.flatMap(({ hypothesis }) => citedAlerts(hypothesis)));
  const byCause = causes.map((cause) => {
    const explained = explainedBy(snapshot, { cause, targets, modes, observations });
    const own = explained.filter(({ target }) => open.has(target));
    for (const { target } of own) {
      open.delete(target);
      if (target.alert) alerts.add(target.alert);
    }
    // A cause whose alerts another explains as well still shows how it would.
    return own.length > 0 ? own : explained.slice(0, 1);
  });
  return { byCause, alerts };
}

/** Fingerprints of the alerts that a hypothesis rests on: it says what they mean, so it explains them. */
export function citedAlerts({ findings }: Hypothesis): readonly string[] {
  return findings.flatMap(({ evidence }) =>
    evidence.flatMap(({ kind, query }) => (kind === 'alert' ? [query.replace(/^alert:/, '')] : [])),
  );
}

interface Question {
  readonly cause: Ranked;
  readonly targets: readonly Target[];
  readonly modes: ReadonlyMap<string, readonly Mode[]>;
  readonly observations: Observations;
}

function explainedBy(
  snapshot: Snapshot,
  { cause, targets, modes, observations }: Question,
): readonly TargetExplained[] {
  const goals = targets.map(
    ({ subject, alert }): Goal => ({ subject, modes: (alert ? modes.get(alert) : undefined) ?? MODES }),
  );
  const found = searchEffects(snapshot, { beginning: beginningOf(snapshot, cause.hypothesis), goals, observations });
  return targets
    .flatMap((target, index): TargetExplained[] => {
      const state = found[index] ?? null;
      if (state) return [{ target, state, path: [] }];
      const path = pathThroughCluster(snapshot, cause, target);
      return path ? [{ target, state: null, path }] : [];
    })
    .sort((left, right) => (left.state?.cost ?? MAX_HOPS) - (right.state?.cost ?? MAX_HOPS));
}

const OF_LOAD: ReadonlySet<Category> = new Set<Category>(['traffic-surge', 'scheduled-load', 'retry-storm']);

function beginningOf(snapshot: Snapshot, hypothesis: Hypothesis): Beginning {
  const { findings } = hypothesis;
  const subjects = [hypothesis.subject, ...findings.map(({ subject }) => subject)];
  const faulty = new Set(subjects.map(subjectKey));
  // Other names of the same thing are reached by edges where there are any, and stand by themselves where there are none.
  const near = findings.flatMap(({ affects, aliases }) => [...(affects ?? []), ...(aliases ?? [])]);
  const affected = near.filter((subject) => !faulty.has(subjectKey(subject)));
  const since = hypothesis.lead.since ?? null;
  const missing = missingFor(snapshot, hypothesis);
  if (missing.length > 0) return { subjects: missing, affected: [...subjects, ...affected], modes: ['down'], since };
  return { subjects, affected, modes: beginningModes(hypothesis), since };
}

/** What the faulty object needs by an edge and what is shown not to exist: there the chain begins. */
function missingFor(snapshot: Snapshot, { subject, category, lead }: Hypothesis): readonly Subject[] {
  if (!category.endsWith('-missing')) return [];
  const needed = new Set(snapshot.topology.dependencies(subject).map(({ to }) => subjectKey(to)));
  return lead.evidence.flatMap(({ kind, subject: absent }) =>
    kind === 'absence' && absent && needed.has(subjectKey(absent)) ? [absent] : [],
  );
}

// A document is changed or missing; whatever runs may begin to fail in any way.
function beginningModes({ category, subject }: Hypothesis): readonly Mode[] {
  if (OF_LOAD.has(category)) return ['surge', 'changed'];
  if (subject.kind === 'ConfigMap' || subject.kind === 'Secret')
    return category.endsWith('-missing') ? ['down'] : ['changed'];
  return ['changed', 'down', 'errors', 'latency', 'saturated'];
}

// DNS and the control plane are needed by everybody: those edges are never walked, only asked for.
function pathThroughCluster(snapshot: Snapshot, cause: Ranked, { subject }: Target): readonly Edge[] | null {
  if (!cause.reach.has(componentKey(snapshot, subject))) return null;
  for (const start of footprint(cause.hypothesis)) {
    const path = sameRoot(snapshot, start, subject) ? [] : snapshot.topology.path(subject, start, MAX_HOPS);
    if (path && (path.length === 0 || path.some(({ relation }) => relation === 'relies-on')))
      return [...path].reverse();
  }
  return null;
}

function sameRoot(snapshot: Snapshot, left: Subject, right: Subject): boolean {
  return sameSubject(snapshot.owners.root(left), snapshot.owners.root(right));
}

function modesByAlert(alerts: readonly Alert[]): ReadonlyMap<string, readonly Mode[]> {
  return new Map(alerts.map((alert) => [alert.fingerprint, modesOfAlert(alert)]));
}
