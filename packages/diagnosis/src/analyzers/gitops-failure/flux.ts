import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeCondition, conditionOf, groupOf, textAt } from '../_shared/conditions.ts';
import { ageOf } from '../_shared/freshness.ts';
import { isShort } from '../_shared/replicas.ts';
import { workloads } from '../_shared/workloads.ts';
import type { GitopsFault } from './fault.ts';

const PROGRESS = /^(Progressing|ProgressingWithRetry|Unknown|NewArtifact)$/;
const HEALTH = /timed? ?out waiting|health check|not ready within|context deadline exceeded/i;

/** What is wrong with a Flux object; null when it is ready, suspended or still at work. */
export function judgeFlux(snapshot: Snapshot, object: KubeObject): GitopsFault | null {
  const ready = conditionOf(object, 'Ready');
  if (ready?.status !== 'False' || readField(object, 'spec.suspend') === true) return null;
  const age = ageOf(snapshot, ready.lastTransitionTime);
  if (PROGRESS.test(ready.reason ?? '') && age !== null && age < 5 * MINUTE) return null;
  const message = ready.message ?? '';
  const base = { message, evidence: citeCondition(object, 'Ready'), since: parseTime(ready.lastTransitionTime) };
  if (groupOf(object) === 'source.toolkit.fluxcd.io')
    return { ...base, code: 'gitops/source-failed', says: 'cannot be fetched', strength: 0.88, blames: [] };
  const source = brokenSource(snapshot, object);
  if (ready.reason === 'DependencyNotReady' || source) {
    return {
      ...base,
      code: 'gitops/dependency-not-ready',
      says: 'waits for what it depends on',
      strength: 0.7,
      blames: source ? [source] : dependencies(object),
    };
  }
  const sick = HEALTH.test(message) || ready.reason === 'HealthCheckFailed' ? sickChildren(snapshot, object) : [];
  if (sick.length > 0)
    return { ...base, code: 'gitops/degraded', says: 'was applied and is not healthy', strength: 0.65, blames: sick };
  const rendering = /BuildFailed|ArtifactFailed|ChartNotReady/.test(ready.reason ?? '');
  return {
    ...base,
    code: rendering ? 'gitops/source-failed' : 'gitops/sync-failed',
    says: rendering ? 'cannot be rendered' : 'could not be applied',
    strength: 0.85,
    blames: [],
  };
}

function brokenSource(snapshot: Snapshot, object: KubeObject): Subject | null {
  for (const path of ['spec.sourceRef', 'spec.chart.spec.sourceRef', 'spec.chartRef']) {
    const [kind, name] = [textAt(object, `${path}.kind`), textAt(object, `${path}.name`)];
    if (kind === '' || name === '') continue;
    const source = snapshot.objects.get(kind, textAt(object, `${path}.namespace`) || object.metadata.namespace, name);
    if (source && conditionOf(source, 'Ready')?.status === 'False') return subjectOf(source);
  }
  return null;
}

function dependencies(object: KubeObject): readonly Subject[] {
  const list = readField(object, 'spec.dependsOn');
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry): Subject[] => {
    const name = readField(entry, 'name');
    const namespace = readField(entry, 'namespace') ?? object.metadata.namespace;
    return typeof name === 'string'
      ? [{ kind: object.kind, ...(typeof namespace === 'string' ? { namespace } : {}), name }]
      : [];
  });
}

// Both controllers label what they apply with their own name.
function sickChildren(snapshot: Snapshot, { kind, metadata }: KubeObject): readonly Subject[] {
  const label = kind === 'HelmRelease' ? 'helm.toolkit.fluxcd.io/name' : 'kustomize.toolkit.fluxcd.io/name';
  return workloads(snapshot)
    .filter(
      (workload) =>
        isShort(workload) &&
        (workload.metadata.labels?.[label] === metadata.name ||
          (kind === 'HelmRelease' && workload.metadata.labels?.['app.kubernetes.io/instance'] === metadata.name)),
    )
    .map(subjectOf);
}
