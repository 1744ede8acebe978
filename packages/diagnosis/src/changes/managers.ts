import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { compareText } from '@headwater/core/subject.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import { perObject } from '../snapshot/per-object.ts';

/** One field manager's latest write of an object's own fields. */
export interface Writer {
  readonly manager: string;
  readonly time: Millis;
  readonly subresource?: string | undefined;
  /** Fields it owns, as paths; what it last touched only when they are few. Read when asked: the sets are large. */
  readonly fields: () => readonly string[];
}

// They write what others asked for: revisions, allocations, leader records, taints that follow a condition.
const OWN_CONTROLLERS =
  /^(?:kube-controller-manager|kube-scheduler|kubelet|kube-apiserver|kube-proxy|cloud-controller-manager|k3s|k0s|before-first-apply|ipam-controller|coredns|calico-|cilium|flanneld|csi-|external-(?:provisioner|attacher|resizer)|snapshot-controller|node-)/;

/** Who wrote an object's fields, latest first; status writes and the cluster's own controllers left out, and scaling unless asked for. */
export function writersOf(object: KubeObject, also?: 'scaling'): readonly Writer[] {
  if (!object.metadata.managedFields) return NOBODY;
  return also ? withScaling(object) : deciders(object);
}

const NOBODY: readonly Writer[] = [];

const deciders = perObject((object: KubeObject) => writersIn(object, undefined));
const withScaling = perObject((object: KubeObject) => writersIn(object, 'scaling'));

function writersIn(object: KubeObject, also: 'scaling' | undefined): readonly Writer[] {
  const writers: Writer[] = [];
  for (const entry of object.metadata.managedFields ?? []) {
    const time = parseTime(entry.time);
    if (time === null || !entry.manager || !isDecision(entry, also)) continue;
    writers.push({
      manager: entry.manager,
      time,
      ...(entry.subresource ? { subresource: entry.subresource } : {}),
      fields: () => fieldPaths((entry as { fieldsV1?: unknown }).fieldsV1),
    });
  }
  return writers.sort((left, right) => right.time - left.time || compareText(left.manager, right.manager));
}

// Scaling goes through a subresource of its own, whoever asks for it; every other subresource is told by a controller.
function isDecision({ manager, subresource }: Marks, also: 'scaling' | undefined): boolean {
  if (subresource) return subresource === 'scale' && also === 'scaling';
  return !OWN_CONTROLLERS.test(manager ?? '');
}

interface Marks {
  readonly manager?: string | null | undefined;
  readonly subresource?: string | null | undefined;
}

const MAX_FIELDS = 24;

/** The leaves of a `fieldsV1` set as field paths, without keys of lists that are themselves values. */
function fieldPaths(fields: unknown): string[] {
  const paths: string[] = [];
  collect(fields, '', paths);
  return paths.sort();
}

function collect(node: unknown, path: string, paths: string[]): void {
  if (node === null || typeof node !== 'object' || paths.length >= MAX_FIELDS) return;
  const keys = Object.keys(node).filter((key) => key !== '.');
  if (keys.length === 0 && path !== '') paths.push(path);
  for (const key of keys) collect((node as Record<string, unknown>)[key], extend(path, key), paths);
}

function extend(path: string, key: string): string {
  if (key.startsWith('f:')) {
    const name = key.slice(2);
    return /^[\w$-]+$/.test(name) ? `${path}${path === '' ? '' : '.'}${name}` : `${path}['${name}']`;
  }
  return key.startsWith('k:') ? `${path}${itemPath(key.slice(2))}` : `${path}[${key.slice(2)}]`;
}

function itemPath(json: string): string {
  try {
    const [first] = Object.entries(JSON.parse(json) as Record<string, unknown>);
    return first ? `[${first[0]}=${String(first[1])}]` : '';
  } catch {
    return '';
  }
}
