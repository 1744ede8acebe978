import type { Subject } from '../subject.ts';
import type { Neighbour } from './choose-incident.ts';

// The characters Kubernetes makes random name parts of: no vowels, no look-alikes.
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]';
const DEPLOYMENT_POD = new RegExp(`^(.+)-${RANDOM}{8,10}-${RANDOM}{5}$`);
const REPLICASET = new RegExp(`^(.+)-${RANDOM}{8,10}$`);
const STATEFUL_POD = /^(.+)-\d{1,4}$/;
// A CronJob names its Jobs by minutes since the epoch.
const CRON_JOB = /^(.+)-\d{8,10}$/;
const CRON_POD = new RegExp(`^(.+)-\\d{8,10}-${RANDOM}{5}$`);

/** The root owner as names alone tell it, for objects that no watched cluster knows, such as a Pod that is gone. */
export function rootByName(subject: Subject): Subject {
  const owner = ownerByName(subject);
  if (!owner) return subject;
  const { cluster, namespace } = subject;
  return { ...(cluster && { cluster }), ...(namespace && { namespace }), ...owner };
}

function ownerByName({ kind, name }: Subject): { readonly kind: string; readonly name: string } | null {
  if (kind === 'ReplicaSet') return named('Deployment', REPLICASET.exec(name));
  if (kind === 'Job') return named('CronJob', CRON_JOB.exec(name));
  if (kind !== 'Pod') return null;
  return (
    named('CronJob', CRON_POD.exec(name)) ??
    named('Deployment', DEPLOYMENT_POD.exec(name)) ??
    named('StatefulSet', STATEFUL_POD.exec(name))
  );
}

function named(kind: string, match: RegExpExecArray | null): { readonly kind: string; readonly name: string } | null {
  return match?.[1] ? { kind, name: match[1] } : null;
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'];
const COMPANIONS = ['Service', 'HorizontalPodAutoscaler', 'Ingress'];

/** Objects that by custom share a workload's name; only for roots that no watched cluster knows. */
export function neighboursByName(root: Subject): readonly Neighbour[] {
  if (!root.namespace) return [];
  const kinds = WORKLOADS.includes(root.kind) ? COMPANIONS : COMPANIONS.includes(root.kind) ? WORKLOADS : [];
  return kinds.map((kind) => ({
    subject: { kind, namespace: root.namespace, name: root.name },
    relation: `has the name of ${kind} ${root.namespace}/${root.name}`,
  }));
}
