import { MINUTE } from '@headwater/core/time.ts';
import type { LogLine, LogStream } from '../snapshot/input.ts';

// A program tells of itself that what it works by is another now; a word like it must be there before the rest is tried.
const HINT = /load|migrat|flag|config|switch|rotat|schema|credential|upgrad|toggl|experiment|leader|promot|failover/i;
const CHANGE =
  /\b(?:re-?load(?:ed|ing)|re-?read(?:ing)?|appl(?:ied|ying)|detected|picked up|using new|updat(?:ed|ing))\b.{0,40}\b(?:config(?:uration)?|settings|migrations?|schema|rules|certificates?|credentials|secrets?|feature flags?)\b|\b(?:config(?:uration)?|settings|feature flags?|flag|toggle|experiment|schema|credentials|certificates?|secret)\b.{0,60}\b(?:(?:re)?loaded|reloading|changed|updated|rotated|enabled|disabled|switched|turned (?:on|off)|set to|now)\b|\bmigrat(?:ed|ing|ions?)\b.{0,60}\b(?:to|from|applied|finished|success\w*|complete\w*|version)\b|\b(?:upgraded|switched|promoted|failed over)\b.{0,30}\b(?:to|from)\b|\bSIGHUP\b.{0,40}\bre(?:load|configur)/i;
const FAILED =
  /\b(?:fail(?:ed|ure)?|cannot|could not|unable|error|no changes?|unchanged|skipp(?:ed|ing)|not (?:changed|reloaded|applied))\b/i;
const LATELY = 10 * MINUTE;
// Without times: as many lines as a busy program writes while a change takes effect.
const LINES = 200;

/** Whether a line tells that the program works by something else from here on. */
export function isChangeLine(text: string): boolean {
  return HINT.test(text) && CHANGE.test(text) && !FAILED.test(text);
}

/** The last change a container's log tells of shortly before a line; null when there is none. */
export function changeLineBefore(stream: LogStream, { n, time }: LogLine): LogLine | null {
  const before = stream.lines.filter((line) => line.n < n && isChangeLine(line.text)).at(-1);
  if (!before) return null;
  const near = time !== null && before.time !== null ? time - before.time <= LATELY : n - before.n <= LINES;
  return near ? before : null;
}
