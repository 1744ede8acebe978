import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { messageOf } from '@headwater/core/errors.ts';
import { emptyInput } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { ClusterReader } from '../ports/cluster.ts';
import type { WritableItem } from '../ports/recording.ts';
import type { Window } from '../ports/telemetry.ts';
import type { CollectRequest } from './from-cluster.ts';
import { kindsToRead } from './kinds-to-read.ts';
import { type LogToRead, logsToRead } from './logs-to-read.ts';
import { wholeScope } from './metric-scope.ts';
import { readMetrics } from './read-metrics.ts';
import { type ObjectsRead, readObjects } from './read-objects.ts';
import { readTraces } from './read-traces.ts';
import { asOutcome } from './refusals.ts';

export interface RecordRequest extends CollectRequest {
  readonly window: Window;
}

// `kubectl logs` of a whole day would drown everything else; the writer cuts each log further.
const TAIL_LINES = 50_000;
const LIMIT_BYTES = 16 * 1024 * 1024;

/** Everything a recording of a live cluster holds, objects and alerts first, as it is read; refusals become gaps on the way. */
export async function* clusterItems(request: RecordRequest): AsyncGenerator<WritableItem> {
  const { sources, namespaces, window } = request;
  const say = request.onProgress ?? (() => {});
  const read = await readObjects({
    cluster: sources.cluster,
    namespaces,
    restrict: request.restrict,
    signal: request.signal,
    onKind: (kind, done, total) => say(`Reading ${kind} (${done}/${total})`),
  });
  // A recording cut short must fail, not look complete.
  request.signal?.throwIfAborted();
  yield* objectItems(read, await apiVersions(sources.cluster));
  for (const alert of request.alerts) yield { type: 'alert', file: '', alert };
  const snapshot = buildSnapshot({
    ...emptyInput(request.now),
    objects: read.objects,
    coverage: read.coverage,
    alerts: request.alerts,
    ...(namespaces.length > 0 ? { namespaces } : {}),
  });
  const { wanted, left } = logsToRead(snapshot);
  if (left > 0) yield gapItem('logs', `${left} container logs were not recorded`, 'what healthy containers said');
  for (const [index, stream] of wanted.entries()) {
    request.signal?.throwIfAborted();
    say(`Reading logs (${index + 1}/${wanted.length})`);
    yield* logItems(sources.cluster, stream, window);
  }
  say('Reading metrics and traces');
  yield* telemetryItems(request);
}

async function apiVersions(cluster: ClusterReader): Promise<ReadonlyMap<string, string>> {
  const { resources } = await cluster.resources();
  // Some kinds are served by two groups; the first is the one that analyzers read.
  return new Map(
    kindsToRead(resources)
      .resources.toReversed()
      .map(({ kind, apiVersion }) => [kind, apiVersion]),
  );
}

function* objectItems(read: ObjectsRead, versions: ReadonlyMap<string, string>): Generator<WritableItem> {
  const used = new Map<string, Set<string>>();
  for (const object of read.objects) {
    const namespaces = used.get(object.kind) ?? new Set();
    if (object.metadata.namespace) namespaces.add(object.metadata.namespace);
    used.set(object.kind, namespaces);
    yield { type: 'object', file: '', object, dropped: [] };
  }
  for (const { kind, namespace, state } of read.coverage) {
    const apiVersion = versions.get(kind) ?? 'v1';
    if (state === 'read') {
      yield {
        type: 'listed',
        file: '',
        listed: { apiVersion, kind, namespace, namespaces: namespace ? [namespace] : [...(used.get(kind) ?? [])] },
      };
    } else {
      const message = read.gaps.find(({ source }) => source === kind)?.statement ?? `${kind} objects: ${state}`;
      yield { type: 'refused', file: '', refused: { apiVersion, kind, namespace, state, message } };
    }
  }
  // Refused kinds carry their own words; what remains are cuts and groups that did not answer.
  const refused = new Set(read.coverage.filter(({ state }) => state !== 'read').map(({ kind }) => kind));
  for (const gap of read.gaps) if (!refused.has(gap.source)) yield { type: 'gap', gap };
}

async function* logItems(cluster: ClusterReader, stream: LogToRead, window: Window): AsyncGenerator<WritableItem> {
  const outcome = await cluster.logs({ ...stream, tailLines: TAIL_LINES, since: window.from, limitBytes: LIMIT_BYTES });
  const name = `${stream.namespace}/${stream.pod}/${stream.container}`;
  if (outcome.state === 'read') {
    const broken: string[] = [];
    yield { type: 'log', file: '', identity: stream, lines: untilBroken(outcome.lines, broken) };
    for (const message of broken)
      yield gapItem('logs', `The log of ${name} was not read to its end: ${message}`, 'what that container said next');
  } else if (outcome.state !== 'absent')
    yield gapItem('logs', `The log of ${name} could not be read: ${outcome.message}`, 'what that container said');
}

async function* untilBroken(lines: AsyncIterable<string>, broken: string[]): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    broken.push(messageOf(error));
  }
}

async function* telemetryItems({ sources, namespaces, window }: RecordRequest): AsyncGenerator<WritableItem> {
  if (sources.metrics) {
    const { metrics, gaps } = await readMetrics(sources.metrics, wholeScope(namespaces), window);
    for (const series of metrics) yield { type: 'series', file: '', series };
    for (const gap of gaps) yield { type: 'gap', gap };
  }
  if (sources.traces) {
    const { spans, gaps } = await readTraces(sources.traces, { namespaces, services: null, onset: null, window });
    for (const span of spans) yield { type: 'span', file: '', span };
    for (const gap of gaps) yield { type: 'gap', gap };
  }
  if (sources.logArchive && namespaces.length > 0) {
    const outcome = await asOutcome(sources.logArchive.range(`{namespace=~"${namespaces.join('|')}"}`, window, 5000));
    if (outcome.state !== 'read')
      yield gapItem(
        'log archive',
        `Archived logs could not be read: ${outcome.message}`,
        'what Pods that are gone said',
      );
    else
      for (const { labels, lines } of outcome.items)
        yield {
          type: 'loki',
          file: '',
          stream: { labels, entries: lines.map(([time, line]) => [`${time}000000`, line] as const) },
        };
  }
}

function gapItem(source: string, statement: string, wouldShow: string): WritableItem {
  const gap: Gap = { source, statement, wouldShow };
  return { type: 'gap', gap };
}
