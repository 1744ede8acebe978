import type { Labels } from '@headwater/core/kube/selector.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { HeldObjects } from '../ports/cluster.ts';

export const WORKLOAD_KINDS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Job',
  'ReplicaSet',
  'Pod',
] as const;

export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** Whether objects of the kind run Pods. */
export function isWorkload(kind: string): kind is WorkloadKind {
  return (WORKLOAD_KINDS as readonly string[]).includes(kind);
}

/** A workload as its neighbours see it: the labels and volumes of its Pods. */
export interface Workload {
  readonly subject: Subject;
  readonly labels: Labels;
  readonly volumes: readonly Volume[];
  /** Names of claim templates; each Pod has a claim made from each. */
  readonly claimTemplates: readonly string[];
}

interface Volume {
  readonly persistentVolumeClaim?: { readonly claimName?: string | null | undefined } | null | undefined;
}

interface Template {
  readonly metadata?: { readonly labels?: Labels | null | undefined } | null | undefined;
  readonly spec?: { readonly volumes?: readonly Volume[] | null | undefined } | null | undefined;
}

/** The workload a subject names; null when it is not held. */
export function workloadOf(held: HeldObjects, subject: Subject): Workload | null {
  const { kind, namespace, name } = subject;
  if (kind === 'Pod') {
    const pod = held.get('Pod', namespace, name);
    return pod ? of(subject, { metadata: pod.metadata, spec: pod.spec }) : null;
  }
  if (kind === 'CronJob') {
    const job = held.get('CronJob', namespace, name);
    return job ? of(subject, job.spec?.jobTemplate?.spec?.template) : null;
  }
  if (kind === 'StatefulSet') {
    const set = held.get('StatefulSet', namespace, name);
    const templates = (set?.spec?.volumeClaimTemplates ?? []).flatMap(({ metadata }) => metadata?.name ?? []);
    return set ? { ...of(subject, set.spec?.template), claimTemplates: templates } : null;
  }
  if (kind !== 'Deployment' && kind !== 'DaemonSet' && kind !== 'Job' && kind !== 'ReplicaSet') return null;
  const object = held.get(kind, namespace, name);
  return object ? of(subject, object.spec?.template) : null;
}

function of(subject: Subject, template: Template | null | undefined): Workload {
  return {
    subject,
    labels: template?.metadata?.labels ?? {},
    volumes: template?.spec?.volumes ?? [],
    claimTemplates: [],
  };
}

/** The names of the claims a workload mounts; of claim templates those that exist. */
export function claimsOf(held: HeldObjects, { subject, volumes, claimTemplates }: Workload): readonly string[] {
  const named = volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  if (claimTemplates.length === 0) return named;
  const stems = claimTemplates.map((template) => `${template}-${subject.name}-`);
  const made = held
    .inNamespace('PersistentVolumeClaim', subject.namespace ?? '')
    .map(({ metadata }) => metadata.name)
    .filter((name) => stems.some((stem) => name.startsWith(stem) && /^\d+$/.test(name.slice(stem.length))));
  return [...named, ...made];
}
