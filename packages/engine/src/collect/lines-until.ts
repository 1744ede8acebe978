import { type Millis, parseTime } from '@headwater/core/time.ts';

/** The lines that were written until `now`; a line without its own timestamp belongs to the last one that had it. */
export async function* linesUntil(lines: AsyncIterable<string>, now: Millis): AsyncGenerator<string> {
  const nowText = new Date(now).toISOString();
  let later = false;
  for await (const line of lines) {
    const end = timestampEnd(line);
    // In UTC the text order of the first 19 characters is the time order: no parsing for nearly every line of a large log.
    if (end > 0)
      later = isSurelyEarlier(line, end, nowText) ? false : (parseTime(line.slice(0, end)) ?? -Infinity) > now;
    if (!later) yield line;
  }
}

function timestampEnd(line: string): number {
  if (line.charCodeAt(4) !== 45 || line.charCodeAt(13) !== 58) return -1;
  const space = line.indexOf(' ');
  return space < 0 ? line.length : space;
}

function isSurelyEarlier(line: string, end: number, nowText: string): boolean {
  return line.charCodeAt(end - 1) === 90 && line.slice(0, 19) < nowText.slice(0, 19);
}
