import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { OUT_OF_DISK, SHARED_MEMORY } from '../../logs/error-classes.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type LogHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { nodeCondition } from '../_shared/node-pods.ts';
import type { PodObject } from '../_shared/pods.ts';
import { rootOf } from '../_shared/workloads.ts';

interface NoSpace extends LogMatch {
  readonly text: string;
}

/** A writer that keeps logging that a disk is full, and the claim it most probably means. */
export interface FullDisk {
  readonly claim: Subject;
  readonly writer: Subject;
  readonly hit: LogHit<NoSpace>;
  readonly mount: Mount;
}

interface Mount {
  readonly claim: string;
  readonly path: string;
  /** Where the mount stands in the Pod, to cite. */
  readonly field: string;
  /** Where the Pod names the claim, to cite. */
  readonly named: string;
}

/** Claims that their writers report full, one per claim. */
export function fullDisks(snapshot: Snapshot): readonly FullDisk[] {
  const read = (text: string): NoSpace | null =>
    OUT_OF_DISK.test(text) && !SHARED_MEMORY.test(text) ? { key: 'no-space', text } : null;
  const found = new Map<string, FullDisk>();
  for (const hit of logHits(snapshot, read, { atLeast: 1 })) {
    const node = snapshot.objects.get('Node', null, hit.pod.spec?.nodeName ?? '');
    // The Node's own disk is full: then every container's is.
    if (node && nodeCondition(node, 'DiskPressure')?.status === 'True') continue;
    const mount = mountMeant(mountsOf(hit), hit.line.text);
    if (!mount) continue;
    const claim: Subject = {
      kind: 'PersistentVolumeClaim',
      namespace: hit.pod.metadata.namespace ?? '',
      name: mount.claim,
    };
    if (!found.has(subjectKey(claim)))
      found.set(subjectKey(claim), { claim, writer: writerOf(snapshot, hit.pod), hit, mount });
  }
  return [...found.values()];
}

function writerOf(snapshot: Snapshot, pod: PodObject): Subject {
  return rootOf(snapshot, pod) ?? subjectOf(pod);
}

function mountsOf({ pod, view }: LogHit<NoSpace>): readonly Mount[] {
  const claims = new Map(
    (pod.spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim }) =>
      persistentVolumeClaim?.claimName ? [[name, persistentVolumeClaim.claimName] as const] : [],
    ),
  );
  return (view.spec?.volumeMounts ?? []).flatMap(({ name, mountPath, readOnly }) => {
    const claim = claims.get(name ?? '');
    return claim && mountPath && readOnly !== true
      ? [
          {
            claim,
            path: mountPath,
            field: `${view.specPath}.volumeMounts[name=${name}].mountPath`,
            named: `spec.volumes[name=${name}].persistentVolumeClaim.claimName`,
          },
        ]
      : [];
  });
}

/** The mount a line names by path; the only one when it names none. A line that names another path means another disk. */
function mountMeant(mounts: readonly Mount[], line: string): Mount | null {
  const named = mounts
    .filter(({ path }) => line.includes(path))
    .sort((left, right) => right.path.length - left.path.length)[0];
  if (named) return named;
  const elsewhere = /(?:^|[\s"'=:(])\/(?:tmp|dev\/shm|run|var\/tmp)\//.test(line);
  return mounts.length === 1 && !elsewhere ? (mounts[0] ?? null) : null;
}
