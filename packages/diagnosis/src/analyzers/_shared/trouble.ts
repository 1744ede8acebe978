import { compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { rootOf } from './workloads.ts';
import { subjectOf, type TypedObject } from '../../snapshot/objects.ts';
import { isHeartbeat } from '../../snapshot/heartbeats.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeField, citeTemplate } from '../../evidence/cite.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { incidentOnset } from '../../metrics/incident-onset.ts';
import { isRefuted } from '../../metrics/refuted-alerts.ts';
import { alertedWorkload } from './firing-alerts.ts';
import { errorTemplates } from '../../logs/first-error.ts';
import { logClock, occurrenceOf } from '../../logs/freshness.ts';
import { logScenes } from './log-scenes.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isGone, isReady, type PodObject } from './pods.ts';
import { isLive } from '../../topology/pod-index.ts';
import { unsettledPods } from './unsettled-pods.ts';

/** Whether somebody reported an incident at all: an alert fires, or a question or an object was put to us. */
export function isReported(snapshot: Snapshot): boolean {
  return (
    snapshot.alerts.some((alert) => alert.status === 'firing' && !isHeartbeat(alert)) ||
    Boolean(snapshot.question) ||
    (snapshot.subjects?.length ?? 0) > 0
  );
}

/** Whether somebody reported an incident of a namespace: an alert of it or of no namespace fires, or a question was put to us. */
export function isReportedIn(snapshot: Snapshot, namespace: string): boolean {
  const alerted = snapshot.alerts.some(
    (alert) =>
      alert.status === 'firing' && (alert.labels['namespace'] ?? namespace) === namespace && !isHeartbeat(alert),
  );
  return (
    alerted ||
    Boolean(snapshot.question) ||
    (snapshot.subjects ?? []).some((subject) => (subject.namespace ?? subject.name) === namespace)
  );
}

// So many failures, and so large a part of the log, must go on for a workload that is Ready to be called failing.
const MIN_FAILURES = 5;
const MIN_SHARE = 0.02;

const failingPods = perSnapshot((snapshot): ReadonlyMap<PodObject, Evidence> => {
  const pods = new Map<PodObject, Evidence>();
  for (const { pod, stream, mode, view } of logScenes(snapshot)) {
    const failures = mode === 'running' ? errorTemplates(stream) : [];
    const occurrence = occurrenceOf(stream, failures, logClock(snapshot));
    const goesOn =
      occurrence !== null &&
      occurrence.state === 'persists' &&
      occurrence.count >= MIN_FAILURES &&
      occurrence.share >= MIN_SHARE;
    const [worst] = failures;
    if (pods.has(pod)) continue;
    if (mode !== 'running') pods.set(pod, citeField(pod, `${view.statusPath}.ready`));
    else if (goesOn && worst) pods.set(pod, citeTemplate(stream, worst));
  }
  return pods;
});

const failingRoots = perSnapshot((snapshot): ReadonlyMap<string, Evidence> => {
  const roots = new Map<string, Evidence>();
  for (const [pod, evidence] of failingPods(snapshot)) {
    const key = subjectKey(rootOf(snapshot, pod));
    if (!roots.has(key)) roots.set(key, evidence);
  }
  return roots;
});

/** The Pods of a workload that are not Ready or whose failures go on. */
export function podsInTrouble(snapshot: Snapshot, workload: Subject): readonly PodObject[] {
  return snapshot.topology.pods
    .ofComponent(workload)
    .filter((pod) => !isGone(pod) && (!isReady(pod) || failingPods(snapshot).has(pod)));
}

const alertedRoots = perSnapshot((snapshot): ReadonlySet<string> => {
  const roots = new Set<string>();
  for (const alert of snapshot.alerts) {
    if (alert.status !== 'firing' || isRefuted(snapshot, alert)) continue;
    const subject = alertedWorkload(snapshot, alert);
    if (subject) roots.add(subjectKey(snapshot.topology.component(subject)));
  }
  return roots;
});

/** Whether a workload shows trouble now: Pods that are not Ready, failures in its logs that go on, or an alert about it. */
export function isInTrouble(snapshot: Snapshot, workload: Subject): boolean {
  if (!mayBeInTrouble(snapshot, workload.namespace ?? '')) return false;
  const key = subjectKey(workload);
  return (
    failingRoots(snapshot).has(key) ||
    alertedRoots(snapshot).has(key) ||
    unreadyPods(snapshot).has(snapshot.topology.component(workload))
  );
}

/** The objects of a kind in the namespaces in which any workload is in trouble, in canonical order. */
export function listNearTrouble<K extends string>(snapshot: Snapshot, kind: K): readonly TypedObject<K>[] {
  const { everywhere, namespaces } = placesOfTrouble(snapshot);
  if (everywhere) return snapshot.objects.list(kind);
  return [...namespaces].flatMap((namespace) => (namespace === '' ? [] : snapshot.objects.list(kind, namespace)));
}

function mayBeInTrouble(snapshot: Snapshot, namespace: string): boolean {
  const { everywhere, namespaces } = placesOfTrouble(snapshot);
  return everywhere || namespaces.has(namespace);
}

// Of thousands of namespaces few have trouble; whoever asks of every workload is answered by its namespace.
const placesOfTrouble = perSnapshot((snapshot) => {
  const keys = [...unreadyPods(snapshot).keys()].map(subjectKey);
  const places = [...keys, ...failingRoots(snapshot).keys(), ...alertedRoots(snapshot)].map((key) => key.split('/'));
  const namespaces = places.map(([, namespace = '']) => namespace);
  return {
    namespaces: new Set(namespaces.sort((left, right) => compareText(`${left}/`, `${right}/`))),
    // What stands above namespaces may own workloads in any of them.
    everywhere: places.some(
      ([kind = '', namespace, name = '']) => !namespace && snapshot.objects.get(kind, null, name),
    ),
  };
});

/** What shows the trouble of a workload beside an alert: a Pod that is not Ready, failures that go on, or metrics that shifted. */
export function troubleEvidence(snapshot: Snapshot, workload: Subject): readonly Evidence[] {
  const unready = unreadyPod(snapshot, workload)?.evidence;
  const failing = failingRoots(snapshot).get(subjectKey(workload));
  const measured = unready || failing ? undefined : incidentOnset(snapshot)?.evidence;
  return [unready, failing, measured].flatMap((evidence) => evidence ?? []).slice(0, 2);
}

// Vertices of the topology are shared, so that a look-up needs no text.
const unreadyPods = perSnapshot((snapshot): ReadonlyMap<Subject, PodObject> => {
  const found = new Map<Subject, PodObject>();
  for (const pod of unsettledPods(snapshot)) {
    if (!isLive(pod) || isGone(pod) || isReady(pod)) continue;
    const component = snapshot.topology.component(subjectOf(pod));
    if (!found.has(component)) found.set(component, pod);
  }
  return found;
});

/** A Pod of a workload that is not Ready, with its citation; undefined when all are. */
export function unreadyPod(
  snapshot: Snapshot,
  workload: Subject,
): { subject: Subject; evidence: Evidence } | undefined {
  const pod = unreadyPods(snapshot).get(snapshot.topology.component(workload));
  return pod && { subject: subjectOf(pod), evidence: citeField(pod, 'status.conditions[type=Ready].status') };
}

/** Whether any workload of a namespace shows trouble now. */
export function isNamespaceInTrouble(snapshot: Snapshot, namespace: string): boolean {
  return troubledNamespaces(snapshot).has(namespace);
}

const troubledNamespaces = perSnapshot((snapshot): ReadonlySet<string> => {
  const namespaces = new Set<string>();
  for (const key of [...failingRoots(snapshot).keys(), ...alertedRoots(snapshot)])
    namespaces.add(key.split('/')[1] ?? '');
  return namespaces;
});
