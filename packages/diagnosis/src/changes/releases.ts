import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
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

// A sync that takes longer than this to reach an object is not the one that wrote it.
const SYNC_SLACK = 5 * MINUTE;

/** The revision a GitOps object had synced to when it wrote something, as its own history tells; undefined when that does not reach back. */
export function revisionAt(snapshot: Snapshot, { kind, namespace, name }: Subject, time: Millis): string | undefined {
  const object = snapshot.objects
    .list(kind, namespace)
    .find(({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace));
  const entries = object ? historyOf(object) : [];
  return entries.findLast((entry) => Math.abs(entry.time - time) <= SYNC_SLACK)?.revision;
}

interface Sync {
  readonly time: Millis;
  readonly revision: string | undefined;
}

function historyOf(object: KubeObject): Sync[] {
  const shape = HISTORIES[object.kind];
  const history = shape ? readField(object, shape.list) : undefined;
  if (!shape || !Array.isArray(history)) return [];
  const syncs = history.flatMap((entry: unknown): Sync[] => {
    if (entry === null || typeof entry !== 'object') return [];
    const record = entry as Record<string, unknown>;
    const time = shape.time.map((field) => parseTime(record[field])).find((found) => found !== null) ?? null;
    const revision = shape.revision
      .map((field) => record[field])
      .find((found) => typeof found === 'string' || typeof found === 'number');
    return time === null
      ? []
      : [{ time, revision: revision === undefined ? undefined : String(revision).slice(0, 60) }];
  });
  return syncs.sort((left, right) => left.time - right.time).slice(-MAX_ENTRIES);
}

function syncsOf(object: KubeObject): Change[] {
  return historyOf(object).map(({ time, revision }) =>
    makeChange({
      time,
      source: 'external',
      subject: subjectOf(object),
      title: `Synced to ${revision ?? 'a new revision'}`,
      diff: [],
    }),
  );
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
    title: `Helm release ${match[1]}, revision ${match[2]}${stateOf(secret)}`,
    diff: [],
    actor: 'helm',
  });
}

// A release that went well says so until the next one comes; only another state is news.
function stateOf({ metadata }: KubeObject): string {
  const status = metadata.labels?.['status'];
  return !status || status === 'deployed' || status === 'superseded' ? '' : ` (${status})`;
}
