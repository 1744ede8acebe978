import type { LogLine, LogStream, LogTemplate } from '../snapshot/input.ts';

// Failure lines every healthy server writes: clients that go away, probes that only open a socket, orderly shutdown.
const NOISE =
  /context canceled|client disconnected|connection reset by peer.*(?:client|while reading)|broken pipe|TLS handshake error from .*: (?:EOF|read|tls: first record)|use of closed network connection|http: Server closed|received (?:signal|SIGTERM)|SIGTERM|shutting down|deprecat|UserWarning|level=warning.*unset|SLF4J|illegal reflective access|npm (?:notice|WARN)/i;

/** Whether a failure line is one that healthy programs write too. */
export function isNoise(text: string): boolean {
  return NOISE.test(text);
}

/** Templates of failures that are not noise, the most frequent first. */
export function errorTemplates(stream: LogStream): readonly LogTemplate[] {
  const found = stream.templates.filter(({ level, sample }) => level === 'error' && !isNoise(sample.text));
  return found.sort((left, right) => right.count - left.count || left.sample.n - right.sample.n);
}

/** A failure with the line that names it best and the record it stands in. */
export interface ErrorAnchor {
  readonly line: LogLine;
  readonly template: LogTemplate;
  /** Kept lines of the record, the anchor first. */
  readonly record: readonly LogLine[];
}

/** The failures of a stream that are not noise, each shape by its first line, in order. */
export function errorAnchors(stream: LogStream): readonly ErrorAnchor[] {
  const templates = [...errorTemplates(stream)].sort((left, right) => left.sample.n - right.sample.n);
  return templates.map((template) => ({ line: template.sample, template, record: recordAt(stream, template.sample) }));
}

/** The first failure of a stream that is not noise; null when there is none. */
export function firstError(stream: LogStream): ErrorAnchor | null {
  return errorAnchors(stream)[0] ?? null;
}

/** The last failure of a stream that is not noise: what a container said before it ended. */
export function lastError(stream: LogStream): ErrorAnchor | null {
  const [template] = [...errorTemplates(stream)].sort((left, right) => right.last.n - left.last.n);
  return template ? { line: template.last, template, record: recordAt(stream, template.last) } : null;
}

// A record longer than this is a thread dump.
const MAX_RECORD = 40;
const DETAIL = /^(?:\s|at |Caused by: |Suppressed: |\.\.\. \d+ |--->|goroutine |File ")/;

/** The kept lines of the record that begins at a line: the line and the details that follow it without a gap. */
export function recordAt(stream: LogStream, line: LogLine): readonly LogLine[] {
  const start = indexOfLine(stream, line.n);
  const record = [line];
  if (start < 0) return record;
  for (const next of stream.lines.slice(start + 1, start + MAX_RECORD)) {
    if (next.n !== line.n + record.length || !DETAIL.test(next.text)) break;
    record.push(next);
  }
  return record;
}

function indexOfLine(stream: LogStream, n: number): number {
  let low = 0;
  let high = stream.lines.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = stream.lines[middle]?.n ?? 0;
    if (at === n) return middle;
    if (at < n) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
