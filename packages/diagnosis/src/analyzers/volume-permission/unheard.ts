import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { claimNames } from '../_shared/claims.ts';
import { type Death, isOngoing, lastDeath } from '../_shared/container-death.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { type Suspect, suspectChange } from '../_shared/suspect-change.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';
import { rootOf } from '../_shared/workloads.ts';

interface Unheard {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly death: Death;
  readonly volume: string;
  readonly suspect: Suspect;
}

// A kill by a signal or for memory has nothing to do with what a user may open.
const BY_ITSELF = (code: number): boolean => code > 0 && code < 126;

/**
 * Where no log can be read: a container with a persistent volume has ended by itself again and again since the user or group
 * of its Pod was changed.
 */
export function findUnheard(snapshot: Snapshot): readonly Finding[] {
  const found = unsettledPods(snapshot).flatMap((pod) => (isGone(pod) ? [] : unheardIn(snapshot, pod)));
  return groupByRoot(snapshot, found, ({ view }) => view.name).map((group) => report(snapshot, group));
}

function unheardIn(snapshot: Snapshot, pod: PodObject): Unheard[] {
  const { namespace = '', name } = pod.metadata;
  return containersOf(pod).flatMap((view) => {
    const volume = persistentVolume(pod, view);
    const death = volume ? lastDeath(view) : null;
    if (!volume || !death || !BY_ITSELF(death.how.exitCode ?? 0) || !isOngoing(snapshot, view, death)) return [];
    const heard = [true, false].some((previous) => snapshot.logs.get(namespace ?? '', name, view.name, previous));
    const suspect = heard ? undefined : suspectChange(snapshot, rootOf(snapshot, pod), OWNER, death.at);
    return suspect ? [{ pod, view, death, volume, suspect }] : [];
  });
}

const OWNER = /securityContext.*(runAsUser|runAsGroup|fsGroup)|securityContext$/;

function persistentVolume(pod: PodObject, { spec }: ContainerView): string | undefined {
  const mounted = new Set((spec?.volumeMounts ?? []).map(({ name }) => name));
  return (pod.spec?.volumes ?? []).find(
    (volume) => mounted.has(volume.name) && claimNames({ volumes: [volume] }, pod.metadata.name).length > 0,
  )?.name;
}

function report(snapshot: Snapshot, group: PodGroup<Unheard>): Finding {
  const [{ pod, view, death, volume, suspect }] = group.entries;
  return {
    code: 'volume/permission-denied',
    subject: group.subject,
    category: 'volume-permission',
    role: 'cause',
    layer: 'state',
    strength: 0.7,
    change: suspect.change.id,
    statement: `Container \`${view.name}\` of ${formatSubject(group.subject)} keeps ending with exit code ${death.how.exitCode} since its securityContext was changed, while its volume \`${volume}\` was written by another user: most likely permission denied on its files`,
    evidence: [
      citeField(pod, `${death.path}.exitCode`),
      suspect.evidence,
      citePodSpec(snapshot, pod, 'spec.securityContext'),
      citePodSpec(snapshot, pod, `spec.volumes[name=${volume}]`),
    ],
    affects: podSubjects(group, 5),
    since: suspect.change.time,
    remediation: [
      edit('patch-security-context', 'R2', `Give ${formatSubject(group.subject)} its former user and group again`),
      ...rollback(group.subject),
    ],
  };
}
