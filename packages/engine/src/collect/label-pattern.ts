/** A text as it stands in the quoted pattern of a PromQL or LogQL matcher: `a.b` as `a\\.b`, the backslash doubled. */
export function literalPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\"]/g, '\\\\$&');
}
