import { namesOf } from '../cast.ts';
import type { Fault, Group } from '../ground-truth.ts';
import type { Stage } from '../stage.ts';
import { chaos } from './chaos.ts';
import { flags } from './flags.ts';
import type { Case, Mechanism } from './mechanism.ts';
import { MESH_MECHANISMS } from './mesh.ts';
import { changeVisibly, POD_MECHANISMS } from './pods.ts';
import { POLICY_MECHANISMS } from './policies.ts';
import { preemption } from './preemption.ts';
import { SETTING_MECHANISMS } from './settings.ts';

// What an object of the truth says outright comes before what words say.
const MECHANISMS: readonly Mechanism[] = [
  flags,
  chaos,
  preemption,
  ...MESH_MECHANISMS,
  ...POLICY_MECHANISMS,
  ...SETTING_MECHANISMS,
  ...POD_MECHANISMS,
];

/** Breaks the stage as the faults of its truth say, each mechanism once; returns the names of what was done. */
export function breakStage(stage: Stage): readonly string[] {
  const { truth } = stage;
  const done = new Map<Mechanism | null, Case>();
  for (const fault of truth.faults) {
    const input: Case = { stage, fault, roots: rootsOf(stage, fault), named: namedBy(stage, fault) };
    const mechanism = MECHANISMS.find((candidate) => candidate.fits(input)) ?? null;
    const better = done.get(mechanism);
    if (!better || (!better.fault.changed && fault.changed)) done.set(mechanism, input);
  }
  for (const [mechanism, input] of done) {
    if (mechanism) mechanism.apply(input);
    // Several faults of which one is understood: the others are what it leads to.
    else if (done.size === 1) changeVisibly(input);
  }
  for (let depth = 0; depth < FLOODED; depth++) flood(stage);
  return [...done.keys()].map((mechanism) => mechanism?.name ?? 'change');
}

// Of several roots a fault is about the one it names.
function rootsOf({ truth }: Stage, { entity }: Fault): readonly Group[] {
  const roots = truth.groups.filter(({ rootCause }) => rootCause);
  const own = roots.filter(({ id, kind }) => (entity.group ? id === entity.group : kind === entity.kind));
  return truth.faults.length > 1 && own.length > 0 ? own : roots;
}

// A flood is felt where it enters and by what stands behind that; further down most of it is refused.
const FLOODED = 2;

function flood({ cast, surging }: Stage): void {
  const sources = cast.application.components.filter(({ name }) => surging.has(name));
  for (const { calls } of sources)
    for (const callee of Object.values(calls)) if (callee !== 'flagd' && sources.length <= FLOODED) surging.add(callee);
}

function namedBy(stage: Stage, fault: Fault): Case['named'] {
  const { cast, truth } = stage;
  const group = truth.groups.find(({ id }) => id === fault.entity.group);
  const direct = group && cast.componentOf(group);
  const roots = truth.groups.filter(({ rootCause }) => rootCause).flatMap((root) => cast.componentOf(root) ?? []);
  return [...new Set([...(direct ? [direct] : []), ...cast.mentioned(namesOf(fault)), ...roots])];
}
