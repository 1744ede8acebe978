import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';

/** What a benchmark knows of one case before anybody diagnoses it. */
export type Expectation = 'cause' | 'healthy' | 'unprovable';

/** One diagnosed case. */
export interface CaseResult {
  readonly id: string;
  /** What its scores are grouped by: a fault code, a fault family. */
  readonly group: string;
  /** Which view of the data was given: `full`, `no-logs`, `twin`. */
  readonly arm: string;
  readonly expects: Expectation;
  readonly truth: string;
  /** The first answer, or the verdict when there is none. */
  readonly answer: string;
  readonly verdict: Diagnosis['verdict'];
  /** The first answer is right; for a case without provable cause: nothing was claimed. */
  readonly right: boolean;
  /** A right answer stands among the first three. */
  readonly third: boolean;
  /** Of the first cause; null when none was named. */
  readonly confidence: { readonly band: 'high' | 'medium' | 'low'; readonly score: number } | null;
  /** Further figures by name, such as the F1 of the causal chain. */
  /** Groups it is easily taken for. */
  readonly lookAlikes?: readonly string[];
  readonly measures?: Readonly<Record<string, number>>;
  readonly ms: number;
}

/** One figure of a benchmark. */
export interface Score {
  readonly name: string;
  readonly value: number;
  readonly cases: number;
  /** `share` lies between 0 and 1, more is better; of an `error` less; `count` is whole; `ms` lies where the machine has it: its bar is shown, and it is not held against a baseline. */
  readonly unit: 'share' | 'error' | 'count' | 'ms';
  /** What it must reach, when somebody set a bar. */
  readonly bar?: number;
  /** What others published on the same data, in words with the source. */
  readonly published?: string;
}

export interface SuiteOptions {
  /** The repository. */
  readonly root: string;
  /** Directory with the data sets that are not part of the repository. */
  readonly data: string | null;
  readonly version: string;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  /** Seeds of every made fault. */
  readonly seeds: number;
}

/** A benchmark: parts that can run beside each other, and the figures of all of them together. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** Set where its times are held to a bar: its parts run one after the other, and nothing beside them. */
  readonly alone?: true;
  /** Why it cannot run with these options, in words that say what to give; null when it can. */
  missing(options: SuiteOptions): string | null;
  parts(options: SuiteOptions): Promise<readonly string[]>;
  run(part: string, options: SuiteOptions): Promise<readonly CaseResult[]>;
  summarise(cases: readonly CaseResult[]): readonly Score[];
}

/** The first cause's confidence as a case result holds it. */
export function confidenceOf({ causes }: Diagnosis): CaseResult['confidence'] {
  const [first] = causes;
  return first ? { band: first.confidence.band, score: first.confidence.score } : null;
}
