import { formatSubject, type Subject, sameSubject } from '../subject.ts';

/** What two incidents are compared by. */
export interface Comparable {
  readonly title: string;
  readonly summary: string;
  readonly cause: string | null;
  readonly causeCategory: string | null;
  readonly subject: Subject | null;
}

export interface Likeness {
  /** 0 for nothing in common to 1. */
  readonly similarity: number;
  /** What they have in common, in words. */
  readonly why: string;
}

// The kind of fault tells most about what helped last time; the same place alone says little, shared words least.
const CATEGORY = 0.4;
const SUBJECT = 0.25;
const WORDS = 0.35;
const SHOWN_WORDS = 5;

const STOP_WORDS = new Set(
  'a an and are as at be been by for from had has have in into is it its no not of on or that the their then there this to was were which with'.split(
    ' ',
  ),
);
// Hashes, addresses and ids look alike in no two incidents and would only dilute what does.
const NOISE = /^\d+$|^(?=.*\d)[0-9a-f]{6,}$/;

/** The distinct words of a text that can tell it from another, in their order. */
export function tellingWords(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.filter((word) => word.length > 1 && !STOP_WORDS.has(word) && !NOISE.test(word)))];
}

/** How alike two incidents are, and by what. */
export function likeness(one: Comparable, other: Comparable): Likeness {
  const reasons: string[] = [];
  let similarity = 0;
  if (one.causeCategory !== null && one.causeCategory === other.causeCategory) {
    similarity += CATEGORY;
    reasons.push(`the same kind of cause (${one.causeCategory})`);
  }
  if (one.subject && other.subject && sameSubject(one.subject, other.subject)) {
    similarity += SUBJECT;
    reasons.push(`the same subject (${formatSubject(one.subject)})`);
  }
  const [mine, theirs] = [wordsOf(one), wordsOf(other)];
  const shared = [...mine].filter((word) => theirs.has(word));
  if (shared.length > 0) {
    similarity += (WORDS * 2 * shared.length) / (mine.size + theirs.size);
    reasons.push(`shared words (${shared.slice(0, SHOWN_WORDS).join(', ')}${shared.length > SHOWN_WORDS ? ' …' : ''})`);
  }
  return { similarity: rounded(similarity), why: reasons.join('; ') };
}

function wordsOf({ title, summary, cause }: Comparable): ReadonlySet<string> {
  return new Set(tellingWords(`${title} ${summary} ${cause ?? ''}`));
}

/**
 * How much of a query each text answers, 0 to 1, in the order of the texts: the share of its words that occur, where a
 * word that few of the texts have weighs more.
 */
export function answersTo(query: string, texts: readonly string[]): readonly number[] {
  const wanted = tellingWords(query);
  const held = texts.map((text) => new Set(tellingWords(text)));
  const weights = wanted.map((word) => {
    const holders = held.filter((words) => words.has(word)).length;
    return Math.log(1 + (texts.length + 1) / (holders + 1));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return texts.map(() => 0);
  return held.map((words) => {
    const found = wanted.reduce((sum, word, index) => sum + (words.has(word) ? (weights[index] ?? 0) : 0), 0);
    return rounded(found / total);
  });
}

function rounded(share: number): number {
  return Math.min(1, Math.round(share * 1000) / 1000);
}
