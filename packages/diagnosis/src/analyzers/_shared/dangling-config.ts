import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type ConfigReference, configReferences } from './config-references.ts';
import { lastEvent } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isOnDownNode } from './node-pods.ts';
import { containersOf, isGone, type PodObject } from './pods.ts';
import { unsettledPods } from './unsettled-pods.ts';

/** A Pod that cannot start because a ConfigMap or Secret, or a key of one, is not there now. */
export interface Dangling {
  readonly pod: PodObject;
  readonly kind: ConfigReference['kind'];
  readonly namespace: string;
  readonly name: string;
  /** The missing key; null when the whole object is missing. */
  readonly key: string | null;
  /** Where the Pod refers to it; null when only the kubelet's text names it. */
  readonly reference: ConfigReference | null;
  /** What the kubelet says about it. */
  readonly proof: Evidence | null;
}

const UNSTARTED = new Set(['CreateContainerConfigError', 'ContainerCreating', 'PodInitializing']);

/** The references of Pods that cannot start now which do not resolve now, each once per Pod and target. */
export const danglingReferences = perSnapshot((snapshot): readonly Dangling[] =>
  unsettledPods(snapshot).flatMap((pod) => (isUnstarted(snapshot, pod) ? danglingOf(snapshot, pod) : [])),
);

function isUnstarted(snapshot: Snapshot, pod: PodObject): boolean {
  if (isGone(pod) || pod.status?.phase === 'Failed' || isOnDownNode(snapshot, pod)) return false;
  return containersOf(pod).some(({ status }) => UNSTARTED.has(status?.state?.waiting?.reason ?? ''));
}

interface Complaint {
  readonly kind: ConfigReference['kind'];
  readonly name: string;
  readonly key: string | null;
  readonly proof: Evidence;
}

function danglingOf(snapshot: Snapshot, pod: PodObject): readonly Dangling[] {
  const namespace = pod.metadata.namespace ?? '';
  const complaints = complaintsOf(snapshot, pod);
  const found = new Map<string, Dangling>();
  for (const reference of configReferences(pod.spec)) {
    const complaint = complaints.find(
      ({ kind, name, key }) =>
        kind === reference.kind && name === reference.name && (key === null || key === reference.key),
    );
    const missing = reference.optional ? null : missingPart(snapshot, namespace, reference, complaint);
    if (!missing) continue;
    const id = `${reference.kind}/${reference.name}/${missing.key ?? ''}`;
    if (!found.has(id))
      found.set(id, {
        pod,
        kind: reference.kind,
        namespace,
        name: reference.name,
        key: missing.key,
        reference,
        proof: complaint?.proof ?? null,
      });
  }
  for (const { kind, name, key, proof } of complaints) {
    const named = [...found.values()].some((entry) => entry.kind === kind && entry.name === name);
    if (named || isThere(snapshot, { kind, namespace, name, key })) continue;
    found.set(`${kind}/${name}/${key ?? ''}`, { pod, kind, namespace, name, key, reference: null, proof });
  }
  return [...found.values()];
}

function missingPart(
  snapshot: Snapshot,
  namespace: string,
  { kind, name, key }: ConfigReference,
  complaint: Complaint | undefined,
): { key: string | null } | null {
  const existence = snapshot.objects.existence(kind, namespace, name);
  if (existence === 'absent') return { key: null };
  if (existence === 'unknown') return complaint ? { key: complaint.key } : null;
  if (key === null) return null;
  const keys = keysOf(snapshot, kind, namespace, name);
  const isMissing = keys ? !keys.has(key) : complaint?.key === key;
  return isMissing ? { key } : null;
}

// An object that exists now has cured the complaint, unless the complaint was about a key that is still not in it.
function isThere(
  snapshot: Snapshot,
  { kind, namespace, name, key }: Pick<Dangling, 'kind' | 'namespace' | 'name' | 'key'>,
): boolean {
  if (snapshot.objects.existence(kind, namespace, name) !== 'present') return false;
  return key === null || (keysOf(snapshot, kind, namespace, name)?.has(key) ?? false);
}

/** The keys of a ConfigMap or Secret that was read; null when its data was not. */
export function keysOf(
  snapshot: Snapshot,
  kind: ConfigReference['kind'],
  namespace: string,
  name: string,
): ReadonlySet<string> | null {
  const object = snapshot.objects.get(kind, namespace, name);
  const maps = [readField(object, 'data'), readField(object, 'binaryData')].filter(
    (map) => typeof map === 'object' && map !== null,
  );
  return maps.length === 0 ? null : new Set(maps.flatMap((map) => Object.keys(map)));
}

function complaintsOf(snapshot: Snapshot, pod: PodObject): readonly Complaint[] {
  const found: Complaint[] = [];
  for (const { status, statusPath } of containersOf(pod)) {
    const waiting = status?.state?.waiting;
    if (waiting?.reason !== 'CreateContainerConfigError') continue;
    const proof = citeField(pod, `${statusPath}.state.waiting.message`);
    const stated = readComplaint(waiting.message ?? '');
    if (stated) found.push({ ...stated, proof });
    const event = stated
      ? undefined
      : lastEvent(snapshot, pod, ({ reason, message }) => reason === 'Failed' && readComplaint(message) !== null);
    const told = event && readComplaint(event.message);
    if (event && told) found.push({ ...told, proof: citeEvent(event) });
  }
  const mount = lastEvent(
    snapshot,
    pod,
    ({ reason, message }) => reason === 'FailedMount' && (readComplaint(message) ?? missingItem(pod, message)) !== null,
  );
  const told = mount && (readComplaint(mount.message) ?? missingItem(pod, mount.message));
  if (mount && told) found.push({ ...told, proof: citeEvent(mount) });
  return found;
}

type Named = Omit<Complaint, 'proof'>;

function readComplaint(message: string): Named | null {
  const key = /couldn't find key (\S+) in (ConfigMap|Secret) \S*?([\w.-]+)$/im.exec(message.trim());
  if (key?.[1] && key[3])
    return { kind: /secret/i.test(key[2] ?? '') ? 'Secret' : 'ConfigMap', name: key[3], key: key[1] };
  const object = /\b(configmap|secret)s? "([^"]+)" not found/i.exec(message);
  if (object?.[2])
    return { kind: object[1]?.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap', name: object[2], key: null };
  return null;
}

// `references non-existent config key: app.yaml` names the volume and the key but not the object.
function missingItem(pod: PodObject, message: string): Named | null {
  const item = /volume "([^"]+)".*references non-existent (config|secret) key: (\S+)/i.exec(message);
  if (!item?.[1] || !item[3]) return null;
  const kind = item[2]?.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
  const reference = configReferences(pod.spec).find(
    (each) => each.kind === kind && each.path.startsWith(`spec.volumes[name=${item[1]}]`) && each.key === item[3],
  );
  return reference ? { kind, name: reference.name, key: item[3] } : null;
}
