import type { ShapeError } from '@headwater/contracts/shape.ts';
import type { Malformed, RecordingItem } from '@headwater/engine/ports/recording.ts';
import { offsetOf, parseJsonText, positionOf, type TextFault } from './json-text.ts';
import { parseYamlText } from './yaml-text.ts';

/** One JSON or YAML document of a file. */
export interface SourceDocument {
  readonly file: string;
  readonly value: unknown;
  /** Where the value at a path stands, or its nearest ancestor. */
  positionOf(path: readonly (string | number)[]): { line: number; column: number };
}

const YAML = /\.ya?ml$/i;

/** Whether a file's name promises JSON or YAML. */
export function isStructured(path: string): boolean {
  return /\.json$/i.test(path) || YAML.test(path);
}

/** The documents of a file, by its extension; a broken one is a malformed item that names line, column and what was expected. */
export function* documentsOf(file: string, text: string): Generator<SourceDocument | Malformed> {
  if (YAML.test(file)) {
    for (const document of parseYamlText(text))
      yield 'fault' in document ? malformedText(file, document.fault) : { file, ...document };
    return;
  }
  const parsed = parseJsonText(text);
  if (!parsed.ok) yield malformedText(file, parsed.fault);
  else yield { file, value: parsed.value, positionOf: (path) => positionOf(text, offsetOf(text, path)) };
}

function malformedText(file: string, fault: TextFault): Malformed {
  return { file, line: fault.line, column: fault.column, what: fault.what, expected: fault.expected };
}

// Locating walks the text each time; after twenty the pattern is clear.
const NAMED_PER_DOCUMENT = 20;

/** What a document held in the wrong shape, as items. */
export function rejectedItems(document: SourceDocument, errors: readonly ShapeError[]): RecordingItem[] {
  const items = errors
    .slice(0, NAMED_PER_DOCUMENT)
    .map(({ path, what, expected }) => malformedItem(document, path, { what, expected }));
  const rest = errors.slice(NAMED_PER_DOCUMENT);
  const [next] = rest;
  if (next)
    items.push(
      malformedItem(document, next.path, {
        what: `found ${rest.length} more values of the wrong shape`,
        expected: next.expected,
      }),
    );
  return items;
}

/** One malformed item at the place of a path. */
export function malformedItem(
  document: SourceDocument,
  path: readonly (string | number)[],
  { what, expected }: { what: string; expected: string },
): RecordingItem {
  return { type: 'malformed', malformed: { file: document.file, ...document.positionOf(path), what, expected } };
}
