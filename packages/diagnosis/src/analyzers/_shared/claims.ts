import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import { compareSubjects, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isGone, isReady, type PodObject } from './pods.ts';
import { rootOf, templateOf } from './workloads.ts';
import { claimingPods } from './unsettled-pods.ts';
import { tiedWorkloads } from './unsettled-workloads.ts';

export type Claim = ObjectOf<'PersistentVolumeClaim'>;

/** Who uses a claim: Pods that mount it and the workloads whose templates name it. */
export interface ClaimUse {
  readonly pods: readonly PodObject[];
  /** Tops of the owner chains, each once. */
  readonly workloads: readonly Subject[];
}

const NOBODY: ClaimUse = { pods: [], workloads: [] };

/** Every claim name that is used, by `namespace/name`. */
const uses = perSnapshot((snapshot) => {
  const found = new Map<string, { pods: PodObject[]; workloads: Map<string, Subject> }>();
  const note = (key: string, subject: Subject, pod?: PodObject): void => {
    const use = found.get(key) ?? { pods: [], workloads: new Map<string, Subject>() };
    found.set(key, use);
    use.workloads.set(subjectKey(subject), subject);
    if (pod) use.pods.push(pod);
  };
  for (const pod of claimingPods(snapshot)) {
    if (isGone(pod)) continue;
    for (const name of claimNames(pod.spec, pod.metadata.name))
      note(`${pod.metadata.namespace ?? ''}/${name}`, rootOf(snapshot, pod), pod);
  }
  for (const workload of tiedWorkloads(snapshot)) {
    for (const name of claimNames(templateOf(workload)?.spec, ''))
      note(`${workload.metadata.namespace ?? ''}/${name}`, rootOf(snapshot, workload));
  }
  return new Map(
    [...found].map(([key, use]): [string, ClaimUse] => [
      key,
      { pods: use.pods, workloads: [...use.workloads.values()].sort(compareSubjects) },
    ]),
  );
});

/** Who uses a claim, whether or not the claim exists. */
export function usersOf(snapshot: Snapshot, namespace: string, claim: string): ClaimUse {
  return uses(snapshot).get(`${namespace}/${claim}`) ?? NOBODY;
}

/** Every used claim that does not exist, as `[namespace, name]`; only where claims were listed. */
export function absentClaims(snapshot: Snapshot): readonly (readonly [string, string])[] {
  return [...uses(snapshot).keys()].flatMap((key) => {
    const slash = key.indexOf('/');
    const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)];
    return snapshot.objects.existence('PersistentVolumeClaim', namespace, name) === 'absent'
      ? [[namespace, name] as const]
      : [];
  });
}

/** Names of the claims a pod spec mounts, generic ephemeral volumes included. */
export function claimNames(spec: PodSpec | null | undefined, podName: string): readonly string[] {
  return (spec?.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim?.claimName) return [volume.persistentVolumeClaim.claimName];
    return volume['ephemeral'] && podName ? [`${podName}-${volume.name}`] : [];
  });
}

/** The first Pod of a use that does not run yet; undefined when all are ready. */
export function waitingPod({ pods }: ClaimUse): PodObject | undefined {
  return pods.find((pod) => pod.status?.phase === 'Pending' && !isReady(pod));
}

/** The StatefulSet whose claim template made a claim of this name, if any. */
export function templateOwner(
  snapshot: Snapshot,
  namespace: string,
  claim: string,
): ObjectOf<'StatefulSet'> | undefined {
  return snapshot.objects.list('StatefulSet', namespace).find((set) =>
    (set.spec?.volumeClaimTemplates ?? []).some(({ metadata }) => {
      const prefix = `${metadata?.name ?? ''}-${set.metadata.name}-`;
      return claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length));
    }),
  );
}

/** The reference to a claim, existing or not. */
export function claimSubject(snapshot: Snapshot, namespace: string, name: string): Subject {
  const claim = snapshot.objects.get('PersistentVolumeClaim', namespace, name);
  return claim ? subjectOf(claim) : { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name };
}
