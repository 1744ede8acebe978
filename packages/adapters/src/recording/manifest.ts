import { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { RECORDING_FORMAT, RecordingManifest } from '@headwater/contracts/recording/manifest.ts';
import { parseShape, type ShapeResult } from '@headwater/contracts/shape.ts';
import { AppError } from '@headwater/core/errors.ts';
import { documentsOf } from './documents.ts';
import { readText, type RecordingFiles } from './files.ts';

/** Reads `recording.yaml`. Throws AppError `invalid` that names the place and what was expected there. */
export async function readManifest(files: RecordingFiles, path: string): Promise<RecordingManifest> {
  const manifest = await readStrict(files, {
    file: 'recording.yaml',
    path,
    parse: (value) => parseShape(RecordingManifest, value),
  });
  if (manifest) return manifest;
  throw new AppError('invalid', `${path} has no recording.yaml`, {
    details: { path, expected: `recording.yaml with "format: ${RECORDING_FORMAT}", name, title, now and cluster` },
  });
}

/** Reads `expected.yaml`; null when there is none. Throws AppError `invalid` when it is malformed. */
export function readExpected(files: RecordingFiles, path: string): Promise<ExpectedDiagnosis | null> {
  return readStrict(files, {
    file: 'expected.yaml',
    path,
    parse: (value) => parseShape(ExpectedDiagnosis, value),
  });
}

interface StrictFile<T> {
  readonly file: string;
  parse(value: unknown): ShapeResult<T>;
  /** Where the recording lies, for messages. */
  readonly path: string;
}

async function readStrict<T>(files: RecordingFiles, wanted: StrictFile<T>): Promise<T | null> {
  const found = await files.open(wanted.file);
  if (!found) return null;
  const text = found.odd === undefined ? await readText(found) : null;
  const [document] = text === null ? [] : documentsOf(wanted.file, text);
  if (!document)
    throw invalid(wanted, { what: found.odd ? `it is ${found.odd}` : 'it is empty', expected: 'one YAML document' });
  if ('expected' in document) throw invalid(wanted, document);
  const parsed = wanted.parse(document.value);
  if (parsed.ok) return parsed.value;
  const [error] = parsed.errors;
  throw invalid(wanted, {
    what: 'unknown shape',
    expected: 'another shape',
    ...error,
    ...document.positionOf(error?.path ?? []),
  });
}

interface Complaint {
  readonly what: string;
  readonly expected: string;
  readonly line?: number | null;
  readonly column?: number | null;
}

function invalid(
  { file, path }: { file: string; path: string },
  { what, expected, line, column }: Complaint,
): AppError {
  const place = line ? `${file}, line ${line}` : file;
  return new AppError('invalid', `${place} of ${path}: ${what}; expected ${expected}`, {
    details: { path, file, line: line ?? null, column: column ?? null, what, expected },
  });
}
