import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { subjectOf, type TypedObject } from '../snapshot/objects.ts';
import { once, oncePer } from '../snapshot/once.ts';
import { perObject } from '../snapshot/per-object.ts';
import { perSnapshot } from '../snapshot/per-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Translates the names telemetry uses into subjects. */
export interface Names {
  /** A Pod by name and the workload it belongs to, even when the Pod is gone. */
  pod(namespace: string, name: string): { readonly pod: Subject; readonly root: Subject };
  /** A workload of any kind by name. */
  workload(namespace: string, name: string, kind?: string): Subject;
  /** What a telemetry service name means: a workload, else a Service; never fails. */
  service(name: string, namespace?: string): Subject;
  /** As `service`, but null when nothing in the cluster carries the name. */
  knownService(name: string, namespace?: string): Subject | null;
  /** A Node by name, address or `address:port`. */
  node(text: string): Subject | null;
  /** A Pod by its IP, with or without a port. */
  podAt(address: string): { readonly pod: Subject; readonly root: Subject } | null;
}

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const;
// Labels by which teams name the thing a workload is, most deliberate first.
const NAME_LABELS = [
  'service.istio.io/canonical-name',
  'app.kubernetes.io/name',
  'app.kubernetes.io/component',
  'app',
  'k8s-app',
  'name',
] as const;

/** The name resolver of a snapshot, built once. */
export const namesOf = perSnapshot(buildNames);

function buildNames(snapshot: Snapshot): Names {
  // An alert that names its Pod asks for neither.
  const services = once(() => indexServices((kind) => snapshot.objects.list(kind)));
  const servicesIn = oncePer((namespace: string) => indexServices((kind) => snapshot.objects.within(kind, namespace)));
  const nodes = once(() => indexNodes(snapshot));
  const podsByIp = once(
    () =>
      new Map(
        snapshot.objects
          .list('Pod')
          .flatMap((pod): [string, KubeObject][] =>
            pod.status?.podIP && !pod.spec?.hostNetwork ? [[pod.status.podIP, pod]] : [],
          ),
      ),
  );
  const placed = (pod: Subject): { pod: Subject; root: Subject } => ({ pod, root: snapshot.owners.root(pod) });
  const knownService = (text: string, namespace?: string): Subject | null => {
    const bare = text.includes(':') ? text.replace(/:\d+$/, '') : text;
    const [name = '', where = namespace] = bare.split('.');
    // What the namespace itself knows by that name is chosen before all others.
    const here = where ? servicesIn(where).get(name.toLowerCase())?.[0] : undefined;
    return here ?? choose(services().get(name.toLowerCase()) ?? [], where, snapshot);
  };
  return {
    pod: (namespace, name) => {
      const pod = { kind: 'Pod', namespace, name };
      const object = snapshot.objects.find(pod);
      return object ? placed(subjectOf(object)) : { pod, root: ownerByName(snapshot, namespace, name) ?? pod };
    },
    workload: (namespace, name, kind) => {
      const kinds = kind ? [kind] : KINDS;
      for (const candidate of kinds) {
        const object = snapshot.objects.get(candidate, namespace, name);
        if (object) return snapshot.owners.root(subjectOf(object));
      }
      return { kind: kind ?? 'Deployment', namespace, name };
    },
    service: (name, namespace) =>
      knownService(name, namespace) ?? { kind: 'Service', name, ...(namespace ? { namespace } : {}) },
    knownService,
    node: (text) => nodes().get(text) ?? nodes().get(text.replace(/:\d+$/, '')) ?? null,
    podAt: (address) => {
      const object = podsByIp().get(address.replace(/:\d+$/, ''));
      return object ? placed(subjectOf(object)) : null;
    },
  };
}

/** What a workload may be called by, read once per object. */
interface Called {
  readonly subject: Subject;
  /** Its own name in lower case. */
  readonly name: string;
  /** The values of its naming labels in lower case, most deliberate first, each once and other than its name. */
  readonly labelled: readonly string[];
  /** Its labels and those of its template as `key=value`. */
  readonly pairs: readonly string[];
}

const calledBy = perObject((object: KubeObject): Called => {
  const labels = templateLabels(object);
  const name = object.metadata.name.toLowerCase();
  const labelled = new Set(NAME_LABELS.flatMap((key) => labels[key]?.toLowerCase() || []));
  labelled.delete(name);
  return {
    subject: subjectOf(object),
    name,
    labelled: [...labelled],
    pairs: Object.entries(labels).map((pair) => pair.join('=')),
  };
});

type Listed = <K extends string>(kind: K) => readonly TypedObject<K>[];

/** Candidates by lower-case name: workloads by name first, then by label, then through a Service's selector. */
function indexServices(list: Listed): ReadonlyMap<string, readonly Subject[]> {
  const byName = new Map<string, Subject[]>();
  const add = (name: string, subject: Subject): void => {
    const list = byName.get(name);
    if (list) list.push(subject);
    else byName.set(name, [subject]);
  };
  const workloads = (['Deployment', 'StatefulSet', 'DaemonSet'] as const).flatMap((kind) =>
    list(kind).map((object: KubeObject) => ({ object, called: calledBy(object) })),
  );
  for (const { called } of workloads) add(called.name, called.subject);
  const byLabel = new Map<string, Map<string, Called>>();
  for (const { object, called } of workloads) {
    for (const name of called.labelled) add(name, called.subject);
    const namespace = object.metadata.namespace ?? '';
    let pairs = byLabel.get(namespace);
    if (!pairs) byLabel.set(namespace, (pairs = new Map<string, Called>()));
    for (const pair of called.pairs) pairs.set(pair, called);
  }
  // Tenants of one cluster share names by the hundred, so membership must not be a scan.
  const seen = new Set<string>();
  for (const service of list('Service')) {
    const [pair] = Object.entries(service.spec?.selector ?? {});
    const behind = pair ? byLabel.get(service.metadata.namespace ?? '')?.get(pair.join('=')) : undefined;
    const name = service.metadata.name.toLowerCase();
    if (behind?.name === name || behind?.labelled.includes(name)) continue;
    const subject = behind?.subject ?? subjectOf(service);
    const entry = `${name} ${subjectKey(subject)}`;
    if (!seen.has(entry)) add(name, subject);
    seen.add(entry);
  }
  return byName;
}

function templateLabels(object: KubeObject): Readonly<Record<string, string>> {
  const { spec, metadata } = object as {
    spec?: { template?: { metadata?: { labels?: Record<string, string> | null } | null } | null } | null;
  } & KubeObject;
  return { ...metadata.labels, ...spec?.template?.metadata?.labels };
}

function choose(candidates: readonly Subject[], namespace: string | undefined, snapshot: Snapshot): Subject | null {
  if (candidates.length <= 1) return candidates[0] ?? null;
  const here = candidates.find((candidate) => candidate.namespace === namespace);
  if (here) return here;
  const alerted = new Set(snapshot.alerts.map(({ labels }) => labels['namespace']));
  return candidates.find((candidate) => alerted.has(candidate.namespace)) ?? candidates[0] ?? null;
}

function indexNodes(snapshot: Snapshot): ReadonlyMap<string, Subject> {
  const byName = new Map<string, Subject>();
  for (const node of snapshot.objects.list('Node')) {
    const subject = subjectOf(node);
    byName.set(subject.name, subject);
    for (const { address } of node.status?.addresses ?? []) if (address) byName.set(address, subject);
  }
  return byName;
}

// Pod names are made from their owner's: <deployment>-<hash>-<5>, <daemonset>-<5>, <statefulset>-<n>.
const POD_NAMES: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['Deployment', /^(.+)-[a-z0-9]{6,10}-[a-z0-9]{5}$/],
  ['StatefulSet', /^(.+)-\d+$/],
  ['DaemonSet', /^(.+)-[a-z0-9]{5}$/],
];

/** The owner of a Pod that is gone, when its name gives it away and the owner exists (or nothing of that kind was read). */
function ownerByName(snapshot: Snapshot, namespace: string, name: string): Subject | null {
  for (const [kind, pattern] of POD_NAMES) {
    const owner = pattern.exec(name)?.[1];
    if (!owner) continue;
    const object = snapshot.objects.get(kind, namespace, owner);
    if (object) return subjectOf(object);
    if (kind === 'Deployment' && !snapshot.objects.knows(kind, namespace)) return { kind, namespace, name: owner };
  }
  return null;
}
