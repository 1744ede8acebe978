export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '^' | '==' | '!=' | '>' | '<' | '>=' | '<=';

/** A parsed expression; durations in milliseconds. */
export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | {
      readonly type: 'selector';
      readonly matchers: readonly Matcher[];
      readonly range: number | null;
      readonly offset: number;
    }
  | { readonly type: 'negation'; readonly operand: Expression }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly type: 'aggregation'; readonly name: string; readonly grouping: Grouping; readonly operand: Expression }
  | {
      readonly type: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      /** Comparisons give 0 and 1 instead of filtering. */
      readonly bool: boolean;
      readonly matching: Matching;
    };

export interface Grouping {
  /** `by` keeps the labels, `without` drops them. */
  readonly mode: 'by' | 'without';
  readonly labels: readonly string[];
}

export interface Matching {
  /** `on` compares these labels only, `ignoring` all others. */
  readonly mode: 'on' | 'ignoring';
  readonly labels: readonly string[];
}
