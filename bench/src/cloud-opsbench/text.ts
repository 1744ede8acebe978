/** Where the line ends that holds a place. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Where the blanks from a place on end, at the latest at `to`. */
export function blankEnd(text: string, from: number, to: number): number {
  let end = from;
  while (end < to && isBlank(text, end)) end++;
  return end;
}

/** Whether a space, a tab or the end of a line stands at a place. */
export function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 32 || (code >= 9 && code <= 13);
}

/** What stands from a place on up to the next blank. */
export function wordAt(text: string, from: number): string {
  let end = from;
  while (end < text.length && !isBlank(text, end)) end++;
  return text.slice(from, end);
}
