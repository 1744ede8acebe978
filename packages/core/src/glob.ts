/** Whether a text is what a pattern with `*` describes; linear in the text. */
export function globOf(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*');
  const [head = '', ...rest] = parts;
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(head) || text.length < head.length + tail.length || !text.endsWith(tail)) return false;
    let from = head.length;
    for (const part of rest) {
      const found = text.indexOf(part, from);
      if (found < 0 || found + part.length > text.length - tail.length) return false;
      from = found + part.length;
    }
    return true;
  };
}
