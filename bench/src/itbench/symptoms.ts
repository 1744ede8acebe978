import type { Component } from './applications/application.ts';
import type { TruthAlert } from './ground-truth.ts';
import type { Stage } from './stage.ts';

/** What an alert says of somebody. */
export type Complaint = 'errors' | 'latency' | 'starved' | 'other';

/** An alert of the truth with the component it is about, when it is about one. */
export interface PlacedAlert {
  readonly name: string;
  readonly complaint: Complaint;
  readonly component: Component | undefined;
  /** The namespace of its group, for alerts about no component. */
  readonly namespace: string;
}

/** What the alerts of a scenario say of each component. */
export interface Symptoms {
  readonly alerts: readonly PlacedAlert[];
  has(component: Component, complaint: Complaint): boolean;
  /** Steps in the call graph from the nearest victim. */
  distance(component: Component): number;
}

/** Reads the alerts of a truth. */
export function symptomsOf(stage: Stage): Symptoms {
  const alerts = stage.truth.alerts.map((alert) => place(stage, alert));
  const distances = distancesOf(stage);
  return {
    alerts,
    has: (component, complaint) =>
      alerts.some((alert) => alert.component === component && alert.complaint === complaint),
    distance: (component) => distances.get(component.name) ?? 0,
  };
}

function place(stage: Stage, { name, group: id }: TruthAlert): PlacedAlert {
  const { cast, truth } = stage;
  const group = truth.groups.find((candidate) => candidate.id === id);
  const component =
    (group && cast.componentOf(group)) ??
    // Truths name groups they forgot to describe.
    (id && !group ? cast.mentioned(id)[0] : undefined);
  return {
    name,
    complaint: complaintOf(name),
    component,
    namespace: component ? stage.namespace : group?.namespace || stage.namespace,
  };
}

function complaintOf(name: string): Complaint {
  if (/^No(?:Requests|DatabaseOperations|Operations|Traffic)/.test(name)) return 'starved';
  if (/Error/.test(name)) return 'errors';
  return /Latency/.test(name) ? 'latency' : 'other';
}

function distancesOf({ cast, victims }: Stage): ReadonlyMap<string, number> {
  const found = new Map([...victims].map((name) => [name, 0]));
  const pairs = cast.application.components.flatMap((component) =>
    [...Object.values(component.calls), ...(component.feeds ?? [])]
      .filter((callee) => callee !== 'flagd')
      .map((callee) => [component.name, callee] as const),
  );
  let frontier = [...victims];
  for (let step = 1; frontier.length > 0; step++) {
    const next = pairs.flatMap(([from, to]) => [
      ...(frontier.includes(from) && !found.has(to) ? [to] : []),
      ...(frontier.includes(to) && !found.has(from) ? [from] : []),
    ]);
    for (const name of next) found.set(name, step);
    frontier = [...new Set(next)];
  }
  return found;
}
