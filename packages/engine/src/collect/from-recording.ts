import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { atNow } from '@headwater/contracts/recording/at-now.ts';
import { coveredKinds, type ListedKind } from '@headwater/contracts/recording/coverage.ts';
import { AppError } from '@headwater/core/errors.ts';
import { compareText, formatSubject } from '@headwater/core/subject.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import { streamKey } from '@headwater/diagnosis/logs/index-logs.ts';
import type {
  Alert,
  JournalEntry,
  KindCoverage,
  LogStream,
  ReportedChange,
  Series,
  SnapshotInput,
  Span,
} from '@headwater/diagnosis/snapshot/input.ts';
import type { LokiStream, RecordingItem, RecordingSource, RefusedKind } from '../ports/recording.ts';
import {
  canonicalAlerts,
  canonicalChanges,
  canonicalJournal,
  canonicalObjects,
  canonicalSeries,
  canonicalSpans,
} from './canonical.ts';
import { lokiLogs } from './loki-logs.ts';
import {
  canonicalGaps,
  type DroppedIn,
  droppedGaps,
  malformedGap,
  refusedGap,
  sourceGaps,
  sourceStates,
} from './recording-gaps.ts';
import { linesUntil } from './lines-until.ts';

/**
 * Reads a recording into the engine's input. Nothing later than the recording's `now` is taken, and the result does not depend on
 * the order of files and list items. What could not be read stands in `gaps`.
 */
export async function recordingInput(source: RecordingSource): Promise<SnapshotInput> {
  const { manifest } = source;
  const now = timeOf(manifest.now);
  const basket = emptyBasket();
  for await (const item of source.read()) await take(item, basket, now);
  const view = { states: manifest.sources ?? {}, folders: await source.folders() };
  const objects = canonicalObjects(basket.objects);
  const { window } = manifest;
  return {
    cluster: manifest.cluster,
    now,
    ...(window ? { window: { from: timeOf(window.from), to: timeOf(window.to) } } : {}),
    ...(manifest.question === undefined ? {} : { question: manifest.question }),
    sources: sourceStates(view),
    coverage: coverageOf(basket, objects),
    alerts: canonicalAlerts(basket.alerts, now),
    objects,
    journal: canonicalJournal(basket.journal),
    logs: allLogs(basket, now),
    metrics: canonicalSeries(basket.series, now),
    traces: canonicalSpans(basket.spans, now),
    changes: canonicalChanges(basket.changes, now),
    gaps: canonicalGaps([
      ...(manifest.gaps ?? []),
      ...sourceGaps(view),
      ...basket.gaps,
      ...droppedGaps(basket.dropped),
      ...lateGap(basket.late),
    ]),
  };
}

interface Basket {
  readonly objects: KubeObject[];
  readonly listed: ListedKind[];
  readonly refused: RefusedKind[];
  readonly alerts: Alert[];
  readonly journal: JournalEntry[];
  readonly logs: LogStream[];
  readonly loki: LokiStream[];
  readonly series: Series[];
  readonly spans: Span[];
  readonly changes: ReportedChange[];
  readonly dropped: DroppedIn[];
  readonly late: string[];
  readonly gaps: Gap[];
}

function emptyBasket(): Basket {
  return {
    objects: [],
    listed: [],
    refused: [],
    alerts: [],
    journal: [],
    logs: [],
    loki: [],
    series: [],
    spans: [],
    changes: [],
    dropped: [],
    late: [],
    gaps: [],
  };
}

async function take(item: RecordingItem, basket: Basket, now: Millis): Promise<void> {
  switch (item.type) {
    case 'object':
      return takeObject(item, basket, now);
    case 'listed':
      return void basket.listed.push(item.listed);
    case 'refused':
      basket.gaps.push(refusedGap(item.refused));
      return void basket.refused.push(item.refused);
    case 'alert':
      return void basket.alerts.push(item.alert);
    case 'journal':
      if (item.entry.observedAt > now) return;
      basket.dropped.push(...item.dropped.map((field) => ({ ...field, file: item.file })));
      return void basket.journal.push(item.entry);
    case 'log': {
      const digester = new LogDigester(item.identity, { now });
      for await (const line of linesUntil(item.lines, now)) digester.push(line);
      return void basket.logs.push(digester.finish());
    }
    case 'loki':
      return void basket.loki.push(item.stream);
    case 'series':
      return void basket.series.push(item.series);
    case 'span':
      return void basket.spans.push(item.span);
    case 'change':
      return void basket.changes.push(item.change);
    case 'malformed':
      return void basket.gaps.push(malformedGap(item.malformed));
  }
}

function takeObject(item: Extract<RecordingItem, { type: 'object' }>, basket: Basket, now: Millis): void {
  const object = atNow(item.object, now);
  if (!object) {
    const { kind, metadata } = item.object;
    basket.late.push(formatSubject({ kind, namespace: metadata.namespace ?? '', name: metadata.name }));
    return;
  }
  basket.objects.push(object);
  for (const field of item.dropped) basket.dropped.push({ ...field, file: item.file });
}

function coverageOf({ listed, refused }: Basket, objects: readonly KubeObject[]): KindCoverage[] {
  const read = coveredKinds(listed, objects).map((covered) => ({ ...covered, state: 'read' as const }));
  const failed = new Map(
    refused.map(({ kind, namespace, state }) => [
      `${kind}/${namespace ?? ''}/${state}`,
      { kind, ...(namespace === undefined ? {} : { namespace }), state },
    ]),
  );
  return [...read, ...[...failed.keys()].sort(compareText).flatMap((key) => failed.get(key) ?? [])];
}

function allLogs({ logs, loki }: Basket, now: Millis): LogStream[] {
  const known = new Set(logs.map((stream) => streamKey({ ...stream, previous: false })));
  return [...logs, ...lokiLogs(loki, known, now)].sort((left, right) => compareText(streamKey(left), streamKey(right)));
}

function lateGap(late: readonly string[]): Gap[] {
  if (late.length === 0) return [];
  const names = late.toSorted(compareText).slice(0, 3).join(', ');
  const rest = late.length > 3 ? ` and ${late.length - 3} more` : '';
  return [
    {
      source: 'recording',
      statement: `Objects created after the recording's clock were left out: ${names}${rest}`,
      wouldShow: 'what happened afterwards, which a diagnosis at that time could not know',
    },
  ];
}

function timeOf(text: string): Millis {
  const time = parseTime(text);
  if (time !== null) return time;
  throw new AppError('invalid', `recording.yaml: ${text} is no time`, { details: { expected: 'an RFC 3339 time' } });
}
