import { atNow } from '@headwater/contracts/recording/at-now.ts';
import { AppError } from '@headwater/core/errors.ts';
import { compareText } from '@headwater/core/subject.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import type { Malformed, RecordingItem, RecordingSource } from '../ports/recording.ts';
import { describeMalformed, type DroppedIn, droppedGaps, sourceGaps } from './recording-gaps.ts';

/** What a recording holds and what is wrong with it. */
export interface RecordingReport {
  /** Nothing in it is malformed and no field was dropped; notes alone leave it sound. */
  readonly sound: boolean;
  readonly counts: Readonly<Partial<Record<RecordingItem['type'], number>>>;
  /** One sentence for each malformed place or dropped field. */
  readonly faults: readonly string[];
  /** What is allowed but most likely not meant: things later than the clock, promised folders that are missing. */
  readonly notes: readonly string[];
}

/** Reads a whole recording, its ground truth included, and reports on it; never throws for what it finds inside. */
export async function validateRecording(source: RecordingSource): Promise<RecordingReport> {
  const now = parseTime(source.manifest.now) ?? 0;
  const counts: Partial<Record<RecordingItem['type'], number>> = {};
  const late = new Map<string, number>();
  const malformed: Malformed[] = [];
  const dropped: DroppedIn[] = [];
  for await (const item of source.read()) {
    counts[item.type] = (counts[item.type] ?? 0) + 1;
    if (item.type === 'malformed') malformed.push(item.malformed);
    if (item.type === 'object' || item.type === 'journal') {
      dropped.push(...item.dropped.map((field) => ({ ...field, file: item.file })));
    }
    if (isLate(item, now)) late.set(item.type, (late.get(item.type) ?? 0) + 1);
  }
  const expected = await expectedFault(source);
  const faults = [
    ...malformed.map(describeMalformed),
    ...expected,
    ...droppedGaps(dropped).map(({ statement }) => statement),
  ];
  const view = { states: source.manifest.sources ?? {}, folders: await source.folders() };
  return {
    sound: faults.length === 0,
    counts,
    faults: faults.sort(compareText),
    notes: [...lateNotes(late), ...sourceGaps(view).map(({ statement }) => statement)],
  };
}

async function expectedFault(source: RecordingSource): Promise<string[]> {
  try {
    await source.expected();
    return [];
  } catch (error) {
    if (error instanceof AppError) return [error.message];
    throw error;
  }
}

function isLate(item: RecordingItem, now: Millis): boolean {
  switch (item.type) {
    case 'object':
      return atNow(item.object, now) === null;
    case 'journal':
      return item.entry.observedAt > now;
    case 'alert':
      return (item.alert.startsAt ?? now) > now;
    case 'change':
      return item.change.time > now;
    case 'span':
      return item.span.start + item.span.durationMs > now;
    case 'series':
      return (item.series.samples.at(-1)?.[0] ?? now) > now;
    default:
      return false;
  }
}

function lateNotes(late: ReadonlyMap<string, number>): string[] {
  return [...late]
    .sort((left, right) => compareText(left[0], right[0]))
    .map(([type, count]) => `${count} of type ${type} reach beyond the recording's clock; what is later is never used`);
}
