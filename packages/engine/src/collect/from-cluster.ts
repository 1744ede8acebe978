import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { SourceState } from '@headwater/contracts/recording/manifest.ts';
import { streamKey } from '@headwater/diagnosis/logs/index-logs.ts';
import { AppError } from '@headwater/core/errors.ts';
import { compareText, type Subject } from '@headwater/core/subject.ts';
import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { type Alert, emptyInput, type JournalEntry, type SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { ClusterReader } from '../ports/cluster.ts';
import type { LogArchive, MetricsReader, TraceReader, Window } from '../ports/telemetry.ts';
import { logsToRead } from './logs-to-read.ts';
import { readArchive } from './read-archive.ts';
import { readLogs } from './read-logs.ts';
import { metricScope, nearPods } from './metric-scope.ts';
import { metricsWindow, readMetrics } from './read-metrics.ts';
import { type ObjectsRead, readObjects } from './read-objects.ts';
import { readTraces } from './read-traces.ts';
import { isNamespace } from './refusals.ts';

export interface ClusterSources {
  readonly cluster: ClusterReader;
  readonly metrics?: MetricsReader | undefined;
  readonly logArchive?: LogArchive | undefined;
  readonly traces?: TraceReader | undefined;
}

export interface CollectRequest {
  readonly sources: ClusterSources;
  /** Milliseconds; the moment diagnosed. */
  readonly now: number;
  readonly alerts: readonly Alert[];
  readonly subjects: readonly Subject[];
  /** Namespaces a scan is about; empty for the whole cluster. */
  readonly namespaces: readonly string[];
  /** True: read namespaced kinds of `namespaces` only. */
  readonly restrict: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (text: string) => void;
  /** Objects already held by informers, in place of listing. */
  readonly objects?: ObjectsRead | undefined;
  /** What a journal tells of the time before; undefined when nobody keeps one. */
  readonly journal?: readonly JournalEntry[] | undefined;
}

/** Collects from a live cluster what the engine needs; what could not be read is a gap, never a failure. */
export async function clusterInput(request: CollectRequest): Promise<SnapshotInput> {
  const { sources, now, signal } = request;
  const say = request.onProgress ?? (() => {});
  const version = await versionOf(request);
  const scope = scopeOf(request);
  const read =
    request.objects ??
    (await readObjects({
      cluster: sources.cluster,
      namespaces: scope,
      restrict: request.restrict,
      signal,
      onKind: (kind, done, total) => say(`Reading ${kind} (${done}/${total})`),
    }));
  // A collection cut short by its caller must not be diagnosed as if that were all.
  signal?.throwIfAborted();
  const base: SnapshotInput = {
    ...emptyInput(now),
    cluster: { name: sources.cluster.name, ...(version ? { version } : {}) },
    alerts: request.alerts,
    subjects: request.subjects,
    ...(request.namespaces.length > 0 ? { namespaces: request.namespaces } : {}),
    objects: read.objects,
    coverage: read.coverage,
    journal: request.journal ?? [],
    sources: { objects: stateOf(isRead(read)) },
  };
  const preview = buildSnapshot(base);
  const { wanted, left } = logsToRead(preview);
  const near = nearPods(preview, scope);
  say(`Reading ${wanted.length} container logs, metrics and traces`);
  // Each source is a server of its own: one that hangs must not hold up the others.
  const [{ logs, gaps: logGaps }, measured, traced] = await Promise.all([
    readLogs(sources.cluster, wanted, { since: now - 6 * HOUR, signal }),
    sources.metrics
      ? readMetrics(sources.metrics, metricScope(preview, scope), metricsWindow(now, earliest(request.alerts)))
      : null,
    sources.traces
      ? readTraces(sources.traces, {
          namespaces: scope,
          services: near,
          onset: earliest(request.alerts),
          window: telemetryWindow(now, earliest(request.alerts)),
        })
      : null,
  ]);
  signal?.throwIfAborted();
  // What the nodes still have is nearer to the source, so the archive is asked for the rest.
  const archived = await readArchive(sources.logArchive, {
    namespaces: scope,
    pods: near,
    known: new Set(logs.map(streamKey)),
    window: telemetryWindow(now, earliest(request.alerts)),
  });
  signal?.throwIfAborted();
  const cut =
    left > 0
      ? [
          {
            source: 'logs',
            statement: `${left} container logs were not read`,
            wouldShow: 'what healthy containers said',
          },
        ]
      : [];
  return {
    ...base,
    logs: [...logs, ...archived.logs],
    metrics: measured?.metrics ?? [],
    traces: traced?.spans ?? [],
    sources: {
      objects: stateOf(isRead(read)),
      logs: stateOf(logs.length + archived.logs.length > 0 || logGaps.length === 0),
      metrics: sourceState(measured),
      traces: sourceState(traced),
      ...(request.journal ? { history: 'present' as const } : {}),
    },
    gaps: [...read.gaps, ...logGaps, ...cut, ...archived.gaps, ...(measured?.gaps ?? []), ...(traced?.gaps ?? [])],
  };
}

// Objects that are held already are worth a diagnosis even while the API server does not answer.
async function versionOf({ sources, objects }: CollectRequest): Promise<string | undefined> {
  try {
    return await sources.cluster.version();
  } catch (error) {
    if (objects && error instanceof AppError) return undefined;
    throw error;
  }
}

function isRead({ coverage }: ObjectsRead): boolean {
  return coverage.length === 0 || coverage.some(({ state }) => state === 'read');
}

function scopeOf({ alerts, subjects, namespaces }: CollectRequest): string[] {
  const named = alerts.flatMap(({ labels }) => [labels['namespace'], labels['exported_namespace']]);
  const all = [...namespaces, ...subjects.map(({ namespace }) => namespace), ...named];
  return [...new Set(all.filter(isNamespace))].sort(compareText);
}

function telemetryWindow(now: number, firstAlert: number | null): Window {
  return { from: Math.min(now - HOUR, (firstAlert ?? now) - 30 * MINUTE), to: now };
}

function earliest(alerts: readonly Alert[]): number | null {
  const starts = alerts.flatMap(({ startsAt }) => (startsAt === null ? [] : [startsAt]));
  return starts.length === 0 ? null : Math.min(...starts);
}

function stateOf(present: boolean): SourceState {
  return present ? 'present' : 'unreachable';
}

function sourceState(read: { readonly gaps: readonly Gap[] } | null): SourceState {
  if (!read) return 'absent';
  return stateOf(!read.gaps.some(({ statement }) => !statement.startsWith('Cut')));
}
