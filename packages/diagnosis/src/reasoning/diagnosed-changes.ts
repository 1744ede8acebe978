import type { DiagnosedChange } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { compareText, formatSubject, sameSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { DAY, formatTime, type Millis } from '@headwater/core/time.ts';
import type { Change } from '../changes/change.ts';
import { relevanceOf, type Standing } from '../changes/relevance.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Ranked } from './rank.ts';
import { componentKey, MAX_HOPS } from './reach.ts';
import { alertTargets, relevantAlerts } from './targets.ts';

const MAX_CHANGES = 20;
/** Ways through the topology are looked for from the changes nearest to the onset only. */
const MAX_WALKED = 40;

/** Changes before the onset, most relevant first, with what each has to do with the causes; those of namespaces the incident does not touch are left out. */
export function changesOf(snapshot: Snapshot, causes: readonly Ranked[], onset: Millis | null): DiagnosedChange[] {
  const end = onset ?? snapshot.now;
  const touched = touchedNamespaces(snapshot, causes);
  const before = snapshot.changes.all.filter(
    ({ time, subject }) =>
      time <= end && time >= end - DAY && (concerns(subject, touched) || isReached(snapshot, subject, causes)),
  );
  before.sort((left, right) => right.time - left.time || compareText(left.id, right.id));
  const standing = standings(snapshot, causes, touched);
  const weighed = before.map((change, place) => ({
    change,
    relevance: relevanceOf(change, standing(change, place < MAX_WALKED), end),
  }));
  weighed.sort(
    (left, right) =>
      right.relevance.weight - left.relevance.weight ||
      right.change.time - left.change.time ||
      compareText(left.change.id, right.change.id),
  );
  return weighed.slice(0, MAX_CHANGES).map(({ change, relevance }) => ({
    id: change.id,
    time: formatTime(change.time),
    ...(change.until === undefined ? {} : { until: formatTime(change.until) }),
    ...(change.subject ? { subject: change.subject } : {}),
    title: change.title,
    ...(change.actor ? { actor: change.actor } : {}),
    ...(change.diff.length > 0 ? { diff: change.diff.map(field) } : {}),
    relevance: relevance.words,
    weight: relevance.weight,
  }));
}

function field({ path, before, after }: Change['diff'][number]) {
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

// In a cluster that many share, what others deployed in the same hour is noise.
function touchedNamespaces(snapshot: Snapshot, causes: readonly Ranked[]): ReadonlySet<string> {
  const touched = new Set(snapshot.namespaces ?? []);
  const subjects = [
    ...causes.flatMap(({ hypothesis }) => [hypothesis.subject, hypothesis.lead.subject]),
    ...relevantAlerts(snapshot).flatMap((alert) => alertTargets(snapshot, alert).map(({ subject }) => subject)),
  ];
  for (const { namespace } of subjects) if (namespace) touched.add(namespace);
  return touched;
}

// Nodes, webhooks and CRDs have no namespace and concern everybody; so does everything when nobody knows where to look.
function concerns(subject: Subject | undefined, touched: ReadonlySet<string>): boolean {
  return (
    touched.size === 0 || !subject?.namespace || subject.namespace === 'kube-system' || touched.has(subject.namespace)
  );
}

function isReached(snapshot: Snapshot, subject: Subject | undefined, causes: readonly Ranked[]): boolean {
  return subject !== undefined && causes.some(({ reach }) => reach.has(componentKey(snapshot, subject)));
}

function standings(snapshot: Snapshot, causes: readonly Ranked[], touched: ReadonlySet<string>) {
  const blamed = new Set(causes.flatMap(({ hypothesis }) => hypothesis.findings.flatMap(({ change }) => change ?? [])));
  const targets = new Map(
    relevantAlerts(snapshot).flatMap((alert) =>
      alertTargets(snapshot, alert).map(({ subject }) => [componentKey(snapshot, subject), subject] as const),
    ),
  );
  const ways = new Map<string, Standing | null>();
  const wayFrom = (subject: Subject): Standing | null => {
    const key = subjectKey(subject);
    const known = ways.get(key);
    if (known !== undefined) return known;
    const way = wayToSymptom(snapshot, subject, targets);
    ways.set(key, way);
    return way;
  };
  return ({ id, subject }: Change, walk: boolean): Standing => {
    if (blamed.has(id)) return { of: 'blamed' };
    if (!subject) return { of: 'cluster' };
    const key = componentKey(snapshot, subject);
    const root = snapshot.owners.root(subject);
    if (causes.some(({ hypothesis }) => sameSubject(root, hypothesis.subject))) return { of: 'cause' };
    const way = walk ? wayFrom(subject) : null;
    if (way && !(way.of === 'path' && way.hops === 0 && causes.length > 0)) return way;
    if (causes.some(({ reach }) => reach.has(key))) return { of: 'effect', on: formatSubject(subject) };
    if (way) return way;
    if (!subject.namespace) return { of: 'cluster' };
    return { of: touched.has(subject.namespace) ? 'namespace' : 'elsewhere' };
  };
}

function wayToSymptom(snapshot: Snapshot, subject: Subject, targets: ReadonlyMap<string, Subject>): Standing | null {
  if (targets.size === 0) return null;
  const own = targets.get(componentKey(snapshot, subject));
  if (own) return { of: 'path', hops: 0, to: formatSubject(own) };
  let nearest: { readonly hops: number; readonly to: Subject } | null = null;
  for (const { subject: dependent, hops } of snapshot.topology.impact(subject, MAX_HOPS).values()) {
    const target = targets.get(componentKey(snapshot, dependent));
    if (target && (nearest === null || hops < nearest.hops)) nearest = { hops, to: target };
  }
  return nearest && { of: 'path', hops: nearest.hops, to: formatSubject(nearest.to) };
}

/** What was changed to bring a cause about, when that is something else than what broke. */
export function changedObject(snapshot: Snapshot, { hypothesis }: Ranked): Subject | null {
  for (const { change } of hypothesis.findings) {
    const subject = change === undefined ? undefined : snapshot.changes.get(change)?.subject;
    if (subject && !sameSubject(snapshot.owners.root(subject), snapshot.owners.root(hypothesis.subject)))
      return subject;
  }
  return null;
}
