import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { parseTime } from '@headwater/core/time.ts';
import { readField } from '../snapshot/field.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Change, makeChange } from './change.ts';

/** Where a GitOps object keeps what it deployed: the list, and the fields of its entries that tell time and revision. */
const HISTORIES: Readonly<Record<string, { list: string; time: readonly string[]; revision: readonly string[] }>> = {
  Application: { list: 'status.history', time: ['deployedAt'], revision: ['revision', 'revisions'] },
  HelmRelease: {
    list: 'status.history',
    time: ['lastDeployed', 'firstDeployed'],
    revision: ['chartVersion', 'version'],
  },
  Kustomization: {
    list: 'status.history',
    time: ['firstReconciled', 'lastReconciled'],
    revision: ['lastAppliedRevision', 'digest'],
  },
};
const MAX_ENTRIES = 5;

/** Deployments that Argo CD and Flux objects record of themselves, and releases that Helm stores as Secrets. */
export function releaseChanges(snapshot: Snapshot): Change[] {
  const synced = Object.keys(HISTORIES).flatMap((kind) => snapshot.objects.list(kind).flatMap(syncsOf));
  return [...synced, ...snapshot.objects.list('Secret').flatMap((secret) => helmRelease(secret) ?? [])];
}

function syncsOf(object: KubeObject): Change[] {
  const shape = HISTORIES[object.kind];
  const history = shape ? readField(object, shape.list) : undefined;
  if (!shape || !Array.isArray(history)) return [];
  const changes = history.flatMap((entry: unknown): Change[] => {
    if (entry === null || typeof entry !== 'object') return [];
    const record = entry as Record<string, unknown>;
    const time = shape.time.map((field) => parseTime(record[field])).find((found) => found !== null) ?? null;
    const revision = shape.revision
      .map((field) => record[field])
      .find((found) => found !== undefined && found !== null);
    if (time === null) return [];
    const title = `Synced to ${typeof revision === 'string' || typeof revision === 'number' ? String(revision).slice(0, 60) : 'a new revision'}`;
    return [makeChange({ time, source: 'external', subject: subjectOf(object), title, diff: [] })];
  });
  return changes.sort((left, right) => left.time - right.time).slice(-MAX_ENTRIES);
}

const HELM = /^sh\.helm\.release\.v1\.(.+)\.v(\d+)$/;

function helmRelease(secret: KubeObject): Change | null {
  const match = HELM.exec(secret.metadata.name);
  const time = parseTime(secret.metadata.creationTimestamp);
  if (!match || time === null) return null;
  return makeChange({
    time,
    source: 'external',
    subject: subjectOf(secret),
    title: `Helm release ${match[1]}, revision ${match[2]}`,
    diff: [],
    actor: 'helm',
  });
}
