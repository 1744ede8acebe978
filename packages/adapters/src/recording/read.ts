import { AppError } from '@headwater/core/errors.ts';
import { RECORDING_PARTS, type RecordingItem, type RecordingPart } from '@headwater/engine/ports/recording.ts';
import { documentsOf, isStructured, type SourceDocument } from './documents.ts';
import { readText, type RecordingFile, type RecordingFiles } from './files.ts';
import { linesOf } from './lines.ts';
import { journalItems } from './read-history.ts';
import { logIdentity } from './read-logs.ts';
import { objectItems } from './read-objects.ts';
import { alertItems, changeItems, lokiItems, seriesItems, spanItems } from './read-telemetry.ts';

type StructuredPart = Exclude<RecordingPart, 'logs' | 'history'>;

const STRUCTURED: Readonly<Record<StructuredPart, (document: SourceDocument) => Iterable<RecordingItem>>> = {
  objects: objectItems,
  alerts: alertItems,
  metrics: seriesItems,
  loki: lokiItems,
  traces: spanItems,
  changes: changeItems,
};

/** The folder a path lies in, when it is one of a recording's. */
export function partOf(path: string): RecordingPart | undefined {
  const slash = path.indexOf('/');
  const folder = path.slice(0, Math.max(0, slash));
  return RECORDING_PARTS.find((part) => part === folder);
}

/** Streams everything in the wanted folders; what cannot be read becomes a malformed item and the rest goes on. */
export async function* readItems(
  files: RecordingFiles,
  parts: readonly RecordingPart[],
): AsyncGenerator<RecordingItem> {
  try {
    for await (const file of files.entries((path) => isWanted(path, parts))) yield* itemsOf(file);
  } catch (error) {
    // Of a damaged archive the sound beginning has been read by now.
    if (!(error instanceof AppError)) throw error;
    const { path, expected } = error.details;
    yield malformed(String(path), error.message, String(expected));
  }
}

function isWanted(path: string, parts: readonly RecordingPart[]): boolean {
  const part = partOf(path);
  return part !== undefined && parts.includes(part) && !/\.(md|txt)$/i.test(path);
}

type Items = Iterable<RecordingItem> | AsyncIterable<RecordingItem>;

function itemsOf(file: RecordingFile): Items {
  const part = partOf(file.path);
  if (part === undefined) return [];
  if (file.odd !== undefined) return [malformed(file.path, `it is ${file.odd}`, 'a plain file')];
  if (part === 'logs') return [logItem(file)];
  if (part !== 'history') return documentItems(file, part);
  if (/\.jsonl$/i.test(file.path)) return journalItems(file.path, linesOf(file.chunks(), LONGEST_ENTRY));
  return [malformed(file.path, 'its name ends differently', 'a file ending in .jsonl')];
}

async function* documentItems(file: RecordingFile, part: StructuredPart): AsyncGenerator<RecordingItem> {
  if (!isStructured(file.path)) {
    yield malformed(file.path, 'its name ends differently', 'a file ending in .json, .yaml or .yml');
    return;
  }
  const text = await readText(file);
  if (text === null) {
    yield malformed(file.path, 'it is larger than 256 MiB', 'smaller files, split as you like');
    return;
  }
  let empty = true;
  for (const document of documentsOf(file.path, text)) {
    empty = false;
    if ('expected' in document) yield { type: 'malformed', malformed: document };
    else yield* STRUCTURED[part](document);
  }
  if (empty && part !== 'objects') yield malformed(file.path, 'it is empty', 'a document');
}

// An object may hold a megabyte (etcd's limit), and JSON escapes grow it.
const LONGEST_ENTRY = 8 * 1024 * 1024;

function logItem(file: RecordingFile): RecordingItem {
  const identity = logIdentity(file.path);
  if ('expected' in identity) return { type: 'malformed', malformed: identity };
  return { type: 'log', file: file.path, identity, lines: linesOf(file.chunks()) };
}

function malformed(file: string, what: string, expected: string): RecordingItem {
  return { type: 'malformed', malformed: { file, line: null, column: null, what, expected } };
}
