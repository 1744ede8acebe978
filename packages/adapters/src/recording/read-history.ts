import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { describeValue } from '@headwater/contracts/shape.ts';
import { isJsonObject } from '@headwater/core/json.ts';
import { redactSecret } from '@headwater/core/masking/redact-object.ts';
import { parseTime } from '@headwater/core/time.ts';
import type { RecordingItem } from '@headwater/engine/ports/recording.ts';
import { parseJsonText } from './json-text.ts';

const TYPES = ['ADDED', 'MODIFIED', 'DELETED'] as const;

/** The journal entries of a file, one JSON a line; blank lines and watch bookmarks are skipped, broken lines named. */
export async function* journalItems(file: string, lines: AsyncIterable<string>): AsyncGenerator<RecordingItem> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const item = journalItem(file, number, line);
    if (item) yield item;
  }
}

function journalItem(file: string, line: number, text: string): RecordingItem | null {
  const malformed = (what: string, expected: string, column = 1): RecordingItem => ({
    type: 'malformed',
    malformed: { file, line, column, what, expected },
  });
  const parsed = parseJsonText(text);
  if (!parsed.ok) return malformed(parsed.fault.what, parsed.fault.expected, parsed.fault.column);
  const entry = parsed.value;
  if (!isJsonObject(entry)) return malformed(`found ${describeValue(entry)}`, 'an object {observedAt, type, object}');
  if (entry['type'] === 'BOOKMARK') return null;
  const type = TYPES.find((known) => known === entry['type']);
  if (!type) return malformed(`found ${describeValue(entry['type'])} at type`, TYPES.join(', '));
  const observedAt = parseTime(entry['observedAt']);
  if (observedAt === null) {
    return malformed(
      `found ${describeValue(entry['observedAt'])} at observedAt`,
      'an RFC 3339 time such as 2026-03-01T10:15:00Z',
    );
  }
  const { object, dropped } = parseObject(entry['object']);
  if (!object) {
    return malformed(
      `found ${describeValue(entry['object'])} at object`,
      'a Kubernetes object with apiVersion, kind and metadata.name',
    );
  }
  return { type: 'journal', file, entry: { observedAt, type, object: redactSecret(object) }, dropped };
}
