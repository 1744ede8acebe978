import type { Application, Component } from './applications/application.ts';
import { BOOK_INFO } from './applications/book-info.ts';
import { OTEL_DEMO } from './applications/otel-demo.ts';
import type { Fault, GroundTruth, Group } from './ground-truth.ts';

/** Kinds that are a part of the application under another name. */
const OF_WORKLOADS: ReadonlySet<string> = new Set([
  'Service',
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Container',
  'Endpoint',
  'Endpoints',
  'EndpointSlice',
  'ServiceOperation',
  'Custom',
]);

/** Who plays in a scenario: the application, and what each group of the truth is called in the cluster. */
export interface Cast {
  readonly application: Application;
  readonly namespace: string;
  /** The component a group stands for; undefined for objects of other kinds. */
  componentOf(group: Group): Component | undefined;
  /** The name of the object a group stands for. */
  nameOf(group: Group): string;
  /** Components a text names, in the order of the text. */
  mentioned(text: string): readonly Component[];
}

/** Casts a scenario: the application is the one most of whose parts the groups name. */
export function castOf(truth: GroundTruth): Cast {
  const [application = OTEL_DEMO] = [OTEL_DEMO, BOOK_INFO].sort((left, right) => fit(right, truth) - fit(left, truth));
  const extra: Component[] = [];
  const components = (): readonly Component[] => [...application.components, ...extra];
  for (const group of truth.groups) {
    const stem = stemOf(group);
    // A workload of no known part was added to the application for the scenario.
    if (OF_WORKLOADS.has(group.kind) && stem && !find(components(), stem))
      extra.push({ name: stem, image: `registry.example/${stem}:1.0.0`, port: 8080, calls: {}, rate: 2 });
  }
  const whole: Application = { ...application, components: [...application.components, ...connected(extra, truth)] };
  const namespaces = truth.groups.filter(({ kind }) => OF_WORKLOADS.has(kind)).map(({ namespace }) => namespace);
  return {
    application: whole,
    namespace: mostFrequent(namespaces.filter(Boolean)) ?? application.name,
    componentOf: (group) => (OF_WORKLOADS.has(group.kind) ? find(whole.components, stemOf(group)) : undefined),
    nameOf: (group) => objectName(group),
    mentioned: (text) => mentioned(whole.components, text),
  };
}

// Nothing is known of strangers but that who fails or waits beside somebody at fault calls it.
function connected(strangers: readonly Component[], { groups, faults, alerts }: GroundTruth): readonly Component[] {
  const named = (wanted: (group: Group) => boolean): ReadonlySet<Component | undefined> =>
    new Set(groups.filter(wanted).map((group) => find(strangers, stemOf(group))));
  const faulty = named(({ id, rootCause }) => rootCause || faults.some(({ entity }) => entity.group === id));
  const complaining = named(({ id }) => alerts.some(({ name, group }) => group === id && /Error|Latency/.test(name)));
  const calls = Object.fromEntries(
    [...faulty].flatMap((component) =>
      component ? [[`${component.name.replaceAll(/\W/g, '_').toUpperCase()}_ADDR`, component.name]] : [],
    ),
  );
  return strangers.map((component) =>
    complaining.has(component) && !faulty.has(component) ? { ...component, calls } : component,
  );
}

/** What a fault's own fields call it, in the order of trust. */
export function namesOf(fault: Fault): string {
  return [fault.entity.name, fault.entity.group ?? '', fault.text].join(' \n ');
}

function fit({ components }: Application, { groups }: GroundTruth): number {
  return groups.filter((group) => OF_WORKLOADS.has(group.kind) && find(components, stemOf(group))).length;
}

/** The literal part of a filter: `frontend-.*` and `frontend\b` both mean `frontend`. */
export function literalOf(filter: string): string {
  return filter
    .replaceAll(/\\b|\\(?=[.-])|[\^$]/g, '')
    .replaceAll(/\[[^\]]*\][+*?]?|\([^)]*\)[+*?]?|\.[*+?]/g, '\u0000')
    .split('\u0000')
    .map((piece) => piece.replaceAll(/^[-_]+|[-_]+$/g, ''))
    .reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
}

function stemOf({ filters, id }: Group): string {
  const literal = literalOf(filters[0] ?? '').replace(/_.*$/, '');
  return literal || id.replace(/-(?:service|pod|deployment|statefulset|endpoint)?(?:-?\d+)?$/, '');
}

function find(components: readonly Component[], stem: string): Component | undefined {
  return (
    components.find(({ workload }) => workload === stem) ??
    components.find(({ name }) => name === stem) ??
    components.find(({ name, workload }) => [name, workload ?? name].some((known) => squash(known) === squash(stem)))
  );
}

// The demo's parts were called `adservice` once and `ad` later; both are in use in the truths.
function squash(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/(.)service$/, '$1');
}

function objectName(group: Group): string {
  const literal = literalOf(group.filters[0] ?? '');
  const patterns = group.filters.map(pattern);
  const candidates = [literal, group.id, group.id.replace(/-\d+$/, ''), `${group.namespace}-${literal}`];
  return candidates.find((name) => name !== '' && patterns.some((regex) => regex.test(name))) ?? (literal || group.id);
}

/** A filter as the truths mean it: a match from the beginning of the name. */
export function pattern(filter: string): RegExp {
  try {
    return new RegExp(`^(?:${filter})`);
  } catch {
    return new RegExp(`^${filter.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
  }
}

function mentioned(components: readonly Component[], text: string): readonly Component[] {
  let rest = text.toLowerCase();
  const found: { at: number; component: Component }[] = [];
  const byLength = [...components].sort((left, right) => nameLength(right) - nameLength(left));
  for (const component of byLength) {
    const names = [...new Set([component.workload ?? component.name, component.name])];
    const words = names.map((name) => name.split('-').join('[-_ ]?')).join('|');
    const match = new RegExp(`(?<![a-z0-9])(?:${words})(?:[-_ ]?service)?(?![a-z0-9])`).exec(rest);
    if (!match) continue;
    found.push({ at: match.index, component });
    rest = rest.slice(0, match.index) + ' '.repeat(match[0].length) + rest.slice(match.index + match[0].length);
  }
  return found.sort((left, right) => left.at - right.at).map(({ component }) => component);
}

function nameLength({ name, workload }: Component): number {
  return (workload ?? name).length;
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = [...Map.groupBy(values, (value) => value).entries()];
  return counts.sort((left, right) => right[1].length - left[1].length)[0]?.[0];
}
