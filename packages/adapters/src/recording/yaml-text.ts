import { messageOf } from '@headwater/core/errors.ts';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { TextFault } from './json-text.ts';

export interface YamlDocument {
  readonly value: unknown;
  /** Where the value at a path stands, or its nearest ancestor. */
  positionOf(path: readonly (string | number)[]): { line: number; column: number };
}

/** Parses multi-document YAML one document at a time; a broken document does not hide its neighbours. Empty documents are skipped. */
export function* parseYamlText(text: string): Generator<YamlDocument | { readonly fault: TextFault }> {
  for (const { part, lines } of splitDocuments(text)) {
    const parsed = parseOne(part, lines);
    if (parsed) yield parsed;
  }
}

// At the start of a line `---` is always a document marker: block scalars are indented, and flow text may not hold it there.
function* splitDocuments(text: string): Generator<{ part: string; lines: number }> {
  let start = 0;
  let lines = 0;
  for (const marker of text.matchAll(/^---(?=\s|$)/gm)) {
    const part = text.slice(start, marker.index);
    yield { part, lines };
    lines += part.split('\n').length - 1;
    start = marker.index;
  }
  yield { part: text.slice(start), lines };
}

function parseOne(part: string, linesBefore: number): YamlDocument | { readonly fault: TextFault } | null {
  const counter = new LineCounter();
  // A part of nothing but a `%YAML` directive belongs to the document that follows it.
  const source = part.replaceAll(/^%.*$/gm, '');
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false });
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = counter.linePos(offset);
    return { line: line + linesBefore, column: col };
  };
  const error = document.errors[0];
  if (error) return { fault: { ...place(error.pos[0]), what: flat(error.message), expected: 'sound YAML' } };
  try {
    // The alias limit stops a few lines that would unfold to gigabytes.
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (value === null || value === undefined) return null;
    return { value, positionOf: (path) => place(offsetOf(document, path)) };
  } catch (thrown) {
    return { fault: { ...place(0), what: flat(messageOf(thrown)), expected: 'sound YAML' } };
  }
}

function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function flat(message: string): string {
  const [first = ''] = message.split('\n');
  return first.charAt(0).toLowerCase() + first.slice(1);
}
