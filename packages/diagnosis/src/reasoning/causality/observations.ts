import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import type { Finding } from '../../finding.ts';
import { activeShift, lastingShift, type Shift } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Edge } from '../../topology/topology.ts';
import { unhealthy } from '../health.ts';
import { alertTargets } from '../targets.ts';
import { type Mode, modesOfAlert } from './modes.ts';
import { selectedBy, servicesSelecting } from '../../topology/selection.ts';

/** That a component shows a mode. */
export interface Observation {
  readonly since: Millis | null;
  readonly cite: () => readonly Evidence[];
}

/** What was seen: `false` when it was measured and is not so, null when nothing tells. */
export type Seen = Observation | false | null;

/** What the cluster shows of components and of the calls between them, whatever the cause. */
export interface Observations {
  of(component: Subject, mode: Mode): Seen;
  /** Whether the calls along an edge show what a mode at the callee, or its lack of calls, would make of them. */
  along(edge: Edge, mode: Mode): Seen;
  /** That a component has stopped most of the calls it used to make. */
  halted(caller: Subject): Observation | null;
  /** Whether any call of a component shows a mode. */
  anyAlong(caller: Subject, mode: Mode): boolean;
}

// A workload called less than this part of before is as good as not called.
const STARVED = 0.2;
// Of a single call nobody can say whether it is most of them.
const MEASURED_CALLS_LEAST = 2;

const MEASURED: Readonly<Partial<Record<Mode, readonly (readonly [SignalName, 'up' | 'down'])[]>>> = {
  errors: [['error-ratio', 'up']],
  latency: [
    ['tail-latency', 'up'],
    ['latency', 'up'],
  ],
  starved: [['request-rate', 'down']],
  surge: [['request-rate', 'up']],
  saturated: [
    ['cpu-throttled', 'up'],
    ['throttled-periods', 'up'],
    ['node-cpu', 'up'],
    ['node-memory', 'up'],
    ['queue-lag', 'up'],
  ],
};

const MEASURED_CALLS: Readonly<Partial<Record<Mode, readonly [SignalName, 'up' | 'down']>>> = {
  errors: ['call-error-ratio', 'up'],
  latency: ['call-latency', 'up'],
  starved: ['call-rate', 'down'],
  surge: ['call-rate', 'up'],
};

/** Observations of a snapshot; metrics are read when first asked for. */
export function observe(snapshot: Snapshot, findings: readonly Finding[]): Observations {
  const alerted = alertedModes(snapshot);
  const failing = blamedCalls(snapshot, findings);
  const { topology } = snapshot;
  const remember = remembering<Seen>();
  const rememberAny = remembering<boolean>();
  const along = (edge: Edge, mode: Mode): Seen =>
    remember(`${subjectKey(edge.from)}>${subjectKey(edge.to)}#${mode}`, () => {
      const calls = measuredCalls(snapshot, edge, mode);
      return calls || mode !== 'errors' ? calls : (failing.get(callKey(edge.from, edge.to)) ?? calls);
    });
  // What callers see of a component is seen of it, whatever it counts itself.
  const byCallers = (component: Subject, mode: Mode): Observation | null => {
    if (mode !== 'errors' && mode !== 'latency') return null;
    for (const edge of [component, ...servicesSelecting(topology, component)].flatMap((entry) =>
      topology.dependents(entry),
    )) {
      const seen = edge.relation === 'calls' ? along(edge, mode) : null;
      if (seen) return seen;
    }
    return null;
  };
  // Who still makes some of its calls but has stopped most of them gives up midway, whatever it answers.
  const halted = (component: Subject): Observation | null => {
    const calls = topology.dependencies(component).filter(({ relation }) => relation === 'calls');
    const seen = calls.map((edge) => along(edge, 'starved'));
    const known = seen.filter((entry) => entry !== null);
    const stopped = known.filter((entry) => entry !== false);
    return known.length >= MEASURED_CALLS_LEAST && stopped.length * 2 >= known.length ? (stopped[0] ?? null) : null;
  };
  return {
    halted,
    of: (component, mode) =>
      remember(`${subjectKey(component)}#${mode}`, () => {
        const known = alerted.get(`${subjectKey(component)}#${mode}`);
        if (known) return known;
        const own = measured(snapshot, component, mode);
        return own || (byCallers(component, mode) ?? (mode === 'errors' ? halted(component) : null) ?? own);
      }),
    along,
    anyAlong: (caller, mode) =>
      rememberAny(`${subjectKey(caller)}#${mode}`, () =>
        topology.dependencies(caller).some((edge) => edge.relation === 'calls' && Boolean(along(edge, mode))),
      ),
  };
}

function remembering<T>(): (key: string, look: () => T) => T {
  const known = new Map<string, { readonly value: T }>();
  return (key, look) => {
    const before = known.get(key);
    if (before) return before.value;
    const value = look();
    known.set(key, { value });
    return value;
  };
}

function alertedModes(snapshot: Snapshot): ReadonlyMap<string, Observation> {
  const found = new Map<string, Observation>();
  for (const alert of snapshot.alerts) {
    if (alert.status !== 'firing') continue;
    const modes = modesOfAlert(alert);
    // An alert that does not say what is wrong says nothing about how.
    if (modes.length > 4) continue;
    const seen: Observation = { since: alert.startsAt, cite: () => [citeAlert(alert)] };
    const keys = alertTargets(snapshot, alert).map(({ subject }) => subjectKey(snapshot.topology.component(subject)));
    for (const key of keys.flatMap((component) => modes.map((mode) => `${component}#${mode}`)))
      if (!found.has(key)) found.set(key, seen);
  }
  return found;
}

/** Calls that a finding of the caller says have failed. */
function blamedCalls(snapshot: Snapshot, findings: readonly Finding[]): ReadonlyMap<string, Observation> {
  const found = new Map<string, Observation>();
  for (const { subject, category, blames, since, evidence } of findings) {
    if (category === 'dependency-cascade') continue;
    for (const blamed of blames ?? [])
      found.set(callKey(snapshot.topology.component(subject), snapshot.topology.component(blamed)), {
        since: since ?? null,
        cite: () => evidence.slice(0, 1),
      });
  }
  return found;
}

function callKey(caller: Subject, callee: Subject): string {
  return `${subjectKey(caller)}>${subjectKey(callee)}`;
}

function measured(snapshot: Snapshot, component: Subject, mode: Mode): Seen {
  if (mode === 'down') {
    const state = unhealthy(snapshot, component);
    if (state) return { since: null, cite: () => state.evidence };
    // A workload with every replica ready does not run into nothing.
    return readField(snapshot.objects.find(component), 'status.readyReplicas') ? false : null;
  }
  let any = false;
  for (const [name, direction] of MEASURED[mode] ?? []) {
    if (!signalsOf(snapshot).of(name, component)) continue;
    any = true;
    const shift = activeShift(snapshot, name, component, direction);
    if (shift && isEnough(mode, shift)) return observation(shift);
  }
  // Only what every request shows can be said to be absent; saturation has too many faces.
  return any && mode !== 'saturated' ? false : null;
}

function measuredCalls(snapshot: Snapshot, { from, to }: Edge, mode: Mode): Seen {
  const wanted = MEASURED_CALLS[mode];
  if (!wanted) return null;
  const [name, direction] = wanted;
  const signals = signalsOf(snapshot);
  let any = false;
  for (const callee of [to, ...selectedBy(snapshot.topology, to)]) {
    const signal = signals.of(name, from, callee);
    if (!signal) continue;
    any = true;
    const shift = lastingShift(signal, direction);
    if (shift && isEnough(mode, shift)) return observation(shift);
  }
  return any ? false : null;
}

function isEnough(mode: Mode, shift: Shift): boolean {
  return mode !== 'starved' || shift.current <= shift.before.median * STARVED;
}

function observation(shift: Shift): Observation {
  return { since: shift.onset, cite: () => [citeShift(shift)] };
}
