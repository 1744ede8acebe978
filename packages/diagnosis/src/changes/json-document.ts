// Deeper than any configuration; what walks a tree calls itself once a level.
const DEEPEST = 200;

/** A JSON list or object; undefined for any other text, and for one nested deeper than a walk could follow. */
export function parseJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text) || isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

// Brackets inside texts count too: a document with so many of them is left to a comparison by lines.
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x5b || char === 0x7b) depth += 1;
    else if (char === 0x5d || char === 0x7d) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}
