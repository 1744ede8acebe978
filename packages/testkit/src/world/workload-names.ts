import { canonicalJson } from '@headwater/core/ids.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Revision, Workload } from './plan.ts';
import { contentSuffix } from './random.ts';

/** A revision in the order the controller numbers them; the same template again reuses its ReplicaSet. */
export interface NumberedRevision extends Revision {
  readonly hash: string;
  /** When the ReplicaSet was first made. */
  readonly made: Millis;
  readonly number: number;
  readonly earlier: readonly number[];
}

/** Every distinct template of a workload, the current one last. */
export function revisionsOf(workload: Workload): NumberedRevision[] {
  const current: Revision = { at: workload.changedAt, spec: workload.spec, annotations: workload.podAnnotations };
  const byHash = new Map<string, NumberedRevision>();
  for (const [index, revision] of [...workload.revisions, current].entries()) {
    const hash = templateHash(workload, revision);
    const before = byHash.get(hash);
    byHash.delete(hash);
    byHash.set(hash, {
      ...revision,
      hash,
      made: before?.made ?? revision.at,
      number: index + 1,
      earlier: before ? [...before.earlier, before.number] : [],
    });
  }
  return [...byHash.values()];
}

/** The text Kubernetes puts after a workload's name: pod-template-hash or controller revision. */
function templateHash(workload: Workload, revision: Revision): string {
  const content = canonicalJson([
    workload.namespace,
    workload.name,
    revision.spec,
    revision.annotations,
    workload.podLabels,
  ]);
  return contentSuffix(content, workload.kind === 'Deployment' ? 10 : 9);
}
