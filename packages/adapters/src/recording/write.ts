import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { RecordingManifest } from '@headwater/contracts/recording/manifest.ts';
import { redactObject } from '@headwater/core/masking/redact-object.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { formatTime, parseTime } from '@headwater/core/time.ts';
import type { RecordingItem, WritableItem } from '@headwater/engine/ports/recording.ts';
import { stringify } from 'yaml';
import { keyedHash } from './keyed-hash.ts';
import { logPath } from './read-logs.ts';
import { type LineFile, openStage, type Stage } from './stage.ts';
import { type BatchWriter, batchWriter, redactedItem } from './write-batches.ts';
import { type Budget, budgetOf } from './write-budget.ts';
import { writeLog } from './write-log.ts';
import { type ObjectWriter, objectWriter } from './write-objects.ts';

export interface WriteProgress {
  readonly objects: number;
  readonly logs: number;
  readonly bytes: number;
  /** What was written last: `Pod shop/web-1`, `log shop/web-1/app`. */
  readonly current: string;
}

export interface WriteOptions {
  /** A path where nothing lies yet; `.tar.gz` or `.tgz` at its end makes an archive. */
  readonly path: string;
  readonly manifest: RecordingManifest;
  /** Random bytes, thrown away afterwards: nobody can compare the hashes with a list of passwords. */
  readonly key: Uint8Array;
  /** Bytes before compression; default 512 MiB. */
  readonly maxBytes?: number | undefined;
  /** Bytes of one container log; default 16 MiB. */
  readonly maxLogBytes?: number | undefined;
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
}

const MIB = 1024 * 1024;

/**
 * Writes a recording without credentials from items in any order; what must not be cut first (objects, alerts) should come first. The
 * recording appears under its name only when it is complete. What did not fit, and every given gap, stands in its recording.yaml.
 */
export async function writeRecording(
  items: AsyncIterable<WritableItem>,
  options: WriteOptions,
): Promise<WriteProgress> {
  const stage = await openStage(options.path, new Date(parseTime(options.manifest.now) ?? 0));
  try {
    const session = openSession(stage, options);
    for await (const item of items) {
      await session.take(item);
      options.onProgress?.(session.progress());
    }
    await session.finish();
    await stage.publish();
    return session.progress();
  } catch (error) {
    await stage.discard();
    throw error;
  }
}

interface Session {
  take(item: WritableItem): Promise<void>;
  finish(): Promise<void>;
  progress(): WriteProgress;
}

interface Writing {
  readonly stage: Stage;
  readonly budget: Budget;
  readonly hash: (value: string) => string;
  readonly maxLogBytes: number;
  readonly objects: ObjectWriter;
  readonly batches: BatchWriter;
  readonly journal: LineFile;
  readonly gaps: Gap[];
  readonly count: { objects: number; logs: number; current: string };
}

function openSession(stage: Stage, options: WriteOptions): Session {
  const { manifest, key, path, maxBytes = 512 * MIB, maxLogBytes = 16 * MIB } = options;
  const writing: Writing = {
    stage,
    budget: budgetOf(maxBytes),
    hash: keyedHash(key),
    maxLogBytes,
    objects: objectWriter(stage),
    batches: batchWriter(stage),
    journal: lazyLines(stage, 'history/journal.jsonl'),
    gaps: [...(manifest.gaps ?? [])],
    count: { objects: 0, logs: 0, current: path },
  };
  return {
    take: (item) => takeItem(writing, item),
    progress: () => ({ ...writing.count, bytes: writing.budget.used }),
    finish: async () => {
      await writing.objects.finish();
      await writing.batches.finish();
      await writing.journal.close();
      const gaps = [...writing.gaps, ...writing.budget.gaps()];
      const content = { ...manifest, ...(gaps.length > 0 ? { gaps } : {}) };
      await stage.write('recording.yaml', stringify(content, { lineWidth: 0 }));
    },
  };
}

async function takeItem(writing: Writing, item: WritableItem): Promise<void> {
  switch (item.type) {
    case 'object':
      return takeObject(writing, item.object);
    case 'listed':
      return writing.objects.listed(item.listed);
    case 'refused':
      return writing.objects.refused(item.refused);
    case 'journal':
      return takeEntry(writing, item.entry);
    case 'log':
      return takeLog(writing, item);
    case 'malformed': {
      const { file, what, expected } = item.malformed;
      const statement = `${file}: ${what}; expected ${expected}`;
      return void writing.gaps.push({ source: 'recording', statement, wouldShow: 'what the rest of it held' });
    }
    case 'gap':
      return void writing.gaps.push(item.gap);
    default: {
      const value = redactedItem(item, writing.hash);
      if (fits(writing.budget, JSON.stringify(value), PLURALS[item.type])) await writing.batches.add(item.type, value);
    }
  }
}

async function takeObject({ budget, hash, objects, count }: Writing, object: KubeObject): Promise<void> {
  const { kind, metadata } = object;
  const text = JSON.stringify(redactObject(object, hash));
  if (!fits(budget, text, `${kind} objects`)) return;
  await objects.add(object, text);
  count.objects++;
  count.current = formatSubject({ kind, namespace: metadata.namespace ?? undefined, name: metadata.name });
}

async function takeEntry(
  { budget, hash, journal }: Writing,
  entry: Extract<RecordingItem, { type: 'journal' }>['entry'],
): Promise<void> {
  const { observedAt, type, object } = entry;
  const text = JSON.stringify({ observedAt: formatTime(observedAt), type, object: redactObject(object, hash) });
  if (fits(budget, text, 'journal entries')) await journal.add(text);
}

const PLURALS = { alert: 'alerts', series: 'series', loki: 'Loki streams', span: 'spans', change: 'changes' } as const;

function fits(budget: Budget, text: string, what: string): boolean {
  if (budget.take(Buffer.byteLength(text) + 2)) return true;
  budget.leaveOut(what);
  return false;
}

async function takeLog(writing: Writing, item: Extract<RecordingItem, { type: 'log' }>): Promise<void> {
  const { stage, budget, maxLogBytes, gaps, count } = writing;
  const { namespace, pod, container, previous } = item.identity;
  const name = `${namespace}/${pod}/${container}${previous ? ' (previous)' : ''}`;
  count.current = `log ${name}`;
  // A name with a slash or leading dots could only come from somebody who wants to write elsewhere.
  if (![namespace, pod, container].every((part) => /^\w[\w.-]*$/.test(part))) {
    const statement = `The log ${name} has a name no container can have and was left out`;
    gaps.push({ source: 'logs', statement, wouldShow: 'what it said' });
    return;
  }
  const file = await stage.lines(logPath(item.identity));
  await writeLog(name, item.lines, { budget, maxBytes: maxLogBytes }, file);
  await file.close();
  count.logs++;
}

function lazyLines(stage: Stage, path: string): LineFile {
  let file: LineFile | undefined;
  return {
    add: async (line) => {
      file ??= await stage.lines(path);
      await file.add(line);
    },
    close: async () => file?.close(),
  };
}
