// Evidence keeps at least this much of the beginning of a text.
const KEPT = 300;

/** The beginning of a text from the cluster as a literal for a statement; empty when it cannot stand between backticks. */
export function quote(text: string, max = 160): string {
  const flat = text.replace(/\s+/g, ' ').trim().slice(0, Math.min(max, KEPT)).trim();
  return flat === '' || flat.includes('`') ? '' : `\`${flat}\``;
}
