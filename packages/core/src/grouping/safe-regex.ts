import { type Pattern, parsePattern, PatternRefused } from './safe-regex-parse.ts';

// Matching costs at most states times characters; both are bounded, so no pattern of a person can stop the correlator.
const LONGEST_PATTERN = 1_000;
const MOST_STATES = 5_000;
const LONGEST_VALUE = 4_096;

type State =
  | { readonly kind: 'one'; readonly test: (code: number) => boolean; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] };

export type SafeRegex = { readonly matches: (value: string) => boolean } | { readonly refused: string };

/**
 * Compiles a regular expression that is matched against whole values in linear time, as RE2 does for Alertmanager;
 * `refused` says in words what is not supported. Values are looked at up to 4,096 characters.
 */
export function compileSafeRegex(text: string): SafeRegex {
  if (text.length > LONGEST_PATTERN) return { refused: `the expression is longer than ${LONGEST_PATTERN} characters` };
  try {
    const states: State[] = [{ kind: 'fork', next: [] }];
    const start = compile(parsePattern(text), 0, states);
    return { matches: (value) => run(states, start, value.slice(0, LONGEST_VALUE)) };
  } catch (error) {
    if (error instanceof PatternRefused) return { refused: `the expression ${error.message}` };
    throw error;
  }
}

// Built back to front: each part is told the state that follows it. State 0 accepts.
function compile(pattern: Pattern, next: number, states: State[]): number {
  switch (pattern.kind) {
    case 'one':
      return add(states, { kind: 'one', test: pattern.test, next });
    case 'sequence':
      return pattern.parts.reduceRight((following, part) => compile(part, following, states), next);
    case 'choice':
      return add(states, { kind: 'fork', next: pattern.options.map((option) => compile(option, next, states)) });
    case 'repeat':
      return compileRepeat(pattern, next, states);
  }
}

function compileRepeat(pattern: Extract<Pattern, { kind: 'repeat' }>, next: number, states: State[]): number {
  let following = next;
  if (pattern.max === Infinity) {
    const exits: number[] = [next];
    following = add(states, { kind: 'fork', next: exits });
    exits.push(compile(pattern.part, following, states));
  } else {
    for (let extra = pattern.min; extra < pattern.max; extra++)
      following = add(states, { kind: 'fork', next: [next, compile(pattern.part, following, states)] });
  }
  for (let count = 0; count < pattern.min; count++) following = compile(pattern.part, following, states);
  return following;
}

function add(states: State[], state: State): number {
  if (states.length >= MOST_STATES) throw new PatternRefused('repeats too much');
  return states.push(state) - 1;
}

function run(states: readonly State[], start: number, value: string): boolean {
  let live = reach(states, [start]);
  for (const symbol of value) {
    if (live.size === 0) return false;
    const code = symbol.codePointAt(0) ?? -1;
    const entered: number[] = [];
    for (const index of live) {
      const state = states[index];
      if (state?.kind === 'one' && state.test(code)) entered.push(state.next);
    }
    live = reach(states, entered);
  }
  return live.has(0);
}

function reach(states: readonly State[], from: readonly number[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const open = [...from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const state = states[index];
    if (state?.kind === 'fork') open.push(...state.next);
  }
  return seen;
}
