import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeCondition, conditionOf, textAt } from '../_shared/conditions.ts';
import type { GitopsFault } from './fault.ts';

/** Kinds of builds and of pipelines that build, by the field that names what they are runs of. */
const SERIES: Readonly<Record<string, string>> = {
  Build: 'status.config.name',
  BuildRun: 'spec.build.name',
  PipelineRun: 'spec.pipelineRef.name',
  Image: 'metadata.name',
};

/** Whether a kind is a build that may fail. */
export function isBuild(kind: string): boolean {
  return Object.hasOwn(SERIES, kind);
}

/** What is wrong with a build (OpenShift, Shipwright, kpack) or pipeline run (Tekton); null unless the latest of its series failed. */
export function judgeBuild(snapshot: Snapshot, object: KubeObject): GitopsFault | null {
  const failure = failureOf(object);
  return failure && isLatest(snapshot, object) ? failure : null;
}

function failureOf(object: KubeObject): GitopsFault | null {
  const base = { code: 'gitops/build-failed', says: 'has failed', strength: 0.85, blames: [] } as const;
  const phase = textAt(object, 'status.phase');
  if (phase === 'Failed' || phase === 'Error') {
    const message = [textAt(object, 'status.reason'), textAt(object, 'status.message')].filter((text) => text !== '');
    return {
      ...base,
      message: textAt(object, 'status.message'),
      evidence: ['phase', 'reason', 'message', 'logSnippet']
        .filter((field) => textAt(object, `status.${field}`) !== '')
        .map((field) => citeField(object, `status.${field}`)),
      says:
        message.length > 0 && textAt(object, 'status.reason') !== ''
          ? `has failed with \`${textAt(object, 'status.reason')}\``
          : base.says,
      since: endOf(object),
    };
  }
  const type = ['Succeeded', 'Ready'].find((name) => conditionOf(object, name)?.status === 'False');
  const condition = type ? conditionOf(object, type) : undefined;
  if (!type || !condition || /Cancelled|Running|Started|Pending/.test(condition.reason ?? '')) return null;
  return {
    ...base,
    message: condition.message ?? '',
    evidence: citeCondition(object, type),
    since: parseTime(condition.lastTransitionTime),
  };
}

function endOf(object: KubeObject): Millis | null {
  return parseTime(readField(object, 'status.completionTimestamp') ?? readField(object, 'status.completionTime'));
}

function isLatest(snapshot: Snapshot, object: KubeObject): boolean {
  const path = SERIES[object.kind] ?? '';
  const series = textAt(object, path);
  if (series === '') return true;
  const startOf = (one: KubeObject): number => parseTime(one.metadata.creationTimestamp) ?? 0;
  return snapshot.objects
    .list(object.kind)
    .every(
      (other) =>
        other.metadata.namespace !== object.metadata.namespace ||
        textAt(other, path) !== series ||
        startOf(other) <= startOf(object),
    );
}
