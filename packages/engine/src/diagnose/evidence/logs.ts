import type { LogLine, LogStream } from '@headwater/diagnosis/snapshot/input.ts';
import { streamKey } from '@headwater/diagnosis/logs/index-logs.ts';
import { type EvidenceDraft, withId } from './draft.ts';

const MAX_STREAM_CHARS = 24 * 1024;
const MAX_TEMPLATES = 40;

/** One excerpt per container log that was read: the newest kept lines, and the shapes of what was said with their counts. */
export function logEvidence(streams: readonly LogStream[]): EvidenceDraft[] {
  return streams.filter(({ totalLines }) => totalLines > 0).map(excerpt);
}

function excerpt(stream: LogStream): EvidenceDraft {
  const { namespace, pod, container, previous, totalLines, totalBytes, templates } = stream;
  const lines = newest(stream.lines);
  const said = [...templates].sort((left, right) => right.count - left.count).slice(0, MAX_TEMPLATES);
  return withId({
    kind: 'log-excerpt',
    source: 'logs',
    subject: { kind: 'Pod', namespace, name: pod },
    namespace: namespace || null,
    observedAt: lines.findLast(({ time }) => time !== null)?.time ?? null,
    text: `Log of container ${container} of Pod ${namespace}/${pod}${previous ? ', previous instance' : ''}: ${lines.length} of ${totalLines} lines`,
    query: `excerpt:${streamKey(stream)}`,
    redacted: false,
    content: {
      lines,
      templates: said.map(({ pattern, level, count }) => ({ pattern, level, count })),
      totalLines,
      totalBytes,
    },
  });
}

function newest(lines: readonly LogLine[]): readonly LogLine[] {
  let left = MAX_STREAM_CHARS;
  let start = lines.length;
  while (start > 0) {
    left -= (lines[start - 1]?.text.length ?? 0) + 1;
    if (left < 0) break;
    start--;
  }
  return lines.slice(start);
}
