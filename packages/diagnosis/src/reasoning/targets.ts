import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import {
  kindWord,
  LABEL_KINDS,
  LOOSE_LABELS,
  labelNamespace,
  PLUMBING_LABELS,
} from '@headwater/core/alert/label-kinds.ts';
import { compareSubjects, compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Alert } from '../snapshot/input.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** An object the diagnosis is about, and whether the snapshot holds it. */
export interface Target {
  /** The top of the owner chain; the named object itself when it was not read. */
  readonly subject: Subject;
  readonly exists: boolean;
  /** Fingerprint of the alert that named it; null when a person did. */
  readonly alert: string | null;
}

/** What an alert's labels mean in this cluster; several targets of one alert are an ambiguity that is kept. */
export function alertTargets(snapshot: Snapshot, alert: Alert): readonly Target[] {
  const found = new Map<string, Target>();
  for (const named of namedSubjects(snapshot, alert.labels)) {
    const target: Target = {
      subject: snapshot.owners.root(named.subject),
      exists: named.exists,
      alert: alert.fingerprint,
    };
    const key = subjectKey(target.subject);
    if (!found.has(key) || target.exists) found.set(key, target);
  }
  const targets = [...found.values()];
  // An object that was read beats a name that was not; the scrape target's own labels often name things that are gone.
  const existing = targets.filter((target) => target.exists);
  return narrow(existing.length > 0 ? existing : targets);
}

/** Whether an alert names objects and none of them was read: a Namespace that stands in for them says nothing of them. */
export function namesOnlyUnread(snapshot: Snapshot, { labels }: Alert): boolean {
  const finer = namedSubjects(snapshot, labels).filter(({ subject }) => subject.kind !== 'Namespace');
  return finer.length > 0 && finer.every(({ exists }) => !exists);
}

/** Targets of the whole snapshot: firing alerts first, else all alerts, else what a person asked about. */
export function resolveTargets(snapshot: Snapshot): readonly Target[] {
  const asked = (snapshot.subjects ?? []).map((subject): Target => {
    const known = snapshot.objects.find(subject);
    return { subject: snapshot.owners.root(subject), exists: known !== undefined, alert: null };
  });
  const fromAlerts = relevantAlerts(snapshot).flatMap((alert) => alertTargets(snapshot, alert));
  const unique = new Map(
    [...asked, ...fromAlerts].map((target) => [`${subjectKey(target.subject)}#${target.alert}`, target]),
  );
  return [...unique.values()].sort((left, right) => compareSubjects(left.subject, right.subject));
}

/** Alerts still firing; all of them when none is. */
export function relevantAlerts(snapshot: Snapshot): readonly Alert[] {
  const firing = snapshot.alerts.filter((alert) => alert.status === 'firing');
  return firing.length > 0 ? firing : snapshot.alerts;
}

interface Named {
  readonly subject: Subject;
  readonly exists: boolean;
}

const LOOSE_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Service', 'CronJob', 'Job'];

function namedSubjects(snapshot: Snapshot, labels: Alert['labels']): Named[] {
  const namespace = labelNamespace(labels);
  const kinds = new Map(snapshot.objects.kinds().map((kind) => [kind.toLowerCase(), kind]));
  const named: Named[] = [];
  for (const [label, value] of Object.entries(labels).sort(([left], [right]) => compareText(left, right))) {
    if (PLUMBING_LABELS.has(label) || value === '') continue;
    const kind = LABEL_KINDS.get(label) ?? kinds.get(kindWord(label));
    if (kind && kind !== 'Namespace') named.push(...namedAs(snapshot, kind, namespace, value));
    if (LOOSE_LABELS.includes(label)) named.push(...looselyNamed(snapshot, namespace, value));
    if (label === 'instance' || label === 'node_ip') named.push(...atAddress(snapshot, value));
    if (PROBED_LABELS.has(label)) named.push(...behindUrl(snapshot, value));
  }
  if (named.every(({ exists }) => !exists)) named.push(...customNamed(snapshot, namespace, labels['name']));
  // A probe from outside stands in the namespace of its prober, which says nothing about what it probes.
  if (Object.entries(labels).some(([label, value]) => PROBED_LABELS.has(label) && hostOfUrl(value))) return named;
  if (named.every(({ exists }) => !exists) && namespace && snapshot.objects.get('Namespace', null, namespace)) {
    named.push({ subject: { apiVersion: 'v1', kind: 'Namespace', name: namespace }, exists: true });
  }
  return named;
}

// Operators' own metrics give the name of a custom resource in `name`, and leave its kind to the metric.
function customNamed(snapshot: Snapshot, namespace: string | undefined, name: string | undefined): Named[] {
  if (!name || !namespace) return [];
  return snapshot.objects.kinds().flatMap((kind) => {
    const object = snapshot.objects.get(kind, namespace, name);
    const group = object?.apiVersion.split('/')[0] ?? '';
    const isCustom = group.includes('.') && !group.endsWith('.k8s.io');
    return object && isCustom ? [{ subject: subjectOf(object), exists: true }] : [];
  });
}

function namedAs(snapshot: Snapshot, kind: string, namespace: string | undefined, name: string): Named[] {
  const object = snapshot.objects.get(kind, namespace, name) ?? snapshot.objects.get(kind, null, name);
  if (object) return [{ subject: subjectOf(object), exists: true }];
  if (kind === 'Pod' && namespace) {
    const owner = ownerOfGonePod(snapshot, namespace, name);
    if (owner) return [{ subject: subjectOf(owner), exists: true }];
  }
  // `job` and `service` are usually scrape labels, not names of those kinds.
  if (kind === 'Job' || kind === 'Service') return [];
  return [{ subject: { kind, name, ...(namespace ? { namespace } : {}) }, exists: false }];
}

// Pod names are made from their owner's: <deployment>-<hash>-<5>, <statefulset>-<n>, <daemonset>-<5>.
function ownerOfGonePod(snapshot: Snapshot, namespace: string, pod: string): KubeObject | undefined {
  const stems = [
    pod.replace(/-[a-z0-9]{5}$/, ''),
    pod.replace(/-[a-z0-9]+-[a-z0-9]{5}$/, ''),
    pod.replace(/-\d+$/, ''),
  ];
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'] as const) {
    for (const stem of stems) {
      const owner = stem === pod ? undefined : snapshot.objects.get(kind, namespace, stem);
      if (owner) return owner;
    }
  }
  return undefined;
}

function looselyNamed(snapshot: Snapshot, namespace: string | undefined, value: string): Named[] {
  // Meshes write services as name.namespace.svc.cluster.local, some exporters as namespace/name.
  const [name = value, inner] = value.includes('/') ? value.split('/').reverse() : value.split('.');
  const scope = inner ?? namespace;
  return LOOSE_KINDS.flatMap((kind) => {
    const object = scope
      ? snapshot.objects.get(kind, scope, name)
      : snapshot.objects.list(kind).find((candidate) => candidate.metadata.name === name);
    return object ? [{ subject: subjectOf(object), exists: true }] : [];
  });
}

function atAddress(snapshot: Snapshot, value: string): Named[] {
  const host = value.replace(/:\d+$/, '');
  const node = snapshot.objects
    .list('Node')
    .find(
      (candidate) =>
        candidate.metadata.name === host || (candidate.status?.addresses ?? []).some(({ address }) => address === host),
    );
  return node ? [{ subject: subjectOf(node), exists: true }] : [];
}

const PROBED_LABELS: ReadonlySet<string> = new Set(['instance', 'target', 'url']);

function hostOfUrl(value: string): string | undefined {
  return /^https?:\/\/([^/:?#\s]+)/i.exec(value)?.[1]?.toLowerCase();
}

/** The routing objects that serve the host of a probed URL. */
function behindUrl(snapshot: Snapshot, value: string): Named[] {
  const host = hostOfUrl(value);
  if (!host) return [];
  const ingresses = snapshot.objects
    .list('Ingress')
    .filter(({ spec }) => (spec?.rules ?? []).some((rule) => rule.host?.toLowerCase() === host));
  const routes = snapshot.objects
    .list('HTTPRoute')
    .filter(({ spec }) => (spec?.hostnames ?? []).some((name) => name.toLowerCase() === host));
  return [...ingresses, ...routes].map((object) => ({ subject: subjectOf(object), exists: true }));
}

// A workload and the Service of the same app are one thing to a reader: keep the workload. An exporter's own Service or
// Namespace says nothing when a finer subject is known.
function narrow(targets: readonly Target[]): readonly Target[] {
  const finer = targets.filter(({ subject }) => subject.kind !== 'Namespace');
  return finer.length > 0 ? finer : targets;
}
