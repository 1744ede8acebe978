// What the generated search columns take for separators, and everything else that is no letter or digit.
const WORD = /[\p{L}\p{N}]+/gu;
const TERM = /(-)?(?:"([^"]*)"|(\S+))/g;
const MAX_TERMS = 20;

/**
 * What a person typed as a text query of PostgreSQL: every word must occur, whole or as a beginning; "quoted words" in
 * this order; -word must not occur; `or` between two words asks for either. Null when nothing is left to look for.
 */
export function textQuery(typed: string): string | null {
  const alternatives: string[][] = [[]];
  let terms = 0;
  for (const [term, minus, phrase, word] of typed.matchAll(TERM)) {
    if (term.toLowerCase() === 'or') {
      if (alternatives.at(-1)?.length) alternatives.push([]);
      continue;
    }
    const operand = phrase === undefined ? wordsOf(word ?? '', ' & ', ':*') : wordsOf(phrase, ' <-> ', '');
    if (operand === null || ++terms > MAX_TERMS) continue;
    alternatives.at(-1)?.push(minus ? `!${operand}` : operand);
  }
  const complete = alternatives.filter((all) => all.length > 0).map((all) => all.join(' & '));
  if (complete.length === 0) return null;
  return complete.length === 1 ? (complete[0] ?? null) : complete.map((all) => `(${all})`).join(' | ');
}

/** Any of the words, whole; null when there is none. */
export function anyWordQuery(words: readonly string[]): string | null {
  const operands = words.flatMap((word) => word.match(WORD) ?? []).map((word) => quoted(word));
  return operands.length === 0 ? null : operands.join(' | ');
}

function wordsOf(text: string, joint: string, suffix: string): string | null {
  const words = text.match(WORD);
  if (!words) return null;
  // A single letter as a beginning would name a tenth of all words.
  const operands = words.map((word) => quoted(word) + (word.length > 1 ? suffix : ''));
  return operands.length === 1 ? (operands[0] ?? null) : `(${operands.join(joint)})`;
}

function quoted(word: string): string {
  return `'${word.toLowerCase()}'`;
}
