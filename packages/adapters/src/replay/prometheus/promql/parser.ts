import { parseDuration } from '@headwater/core/time.ts';
import type { BinaryOperator, Expression, Grouping, Matcher, Matching, MatchOperator } from './ast.ts';
import { notSupported, parseError } from './errors.ts';
import { type Token, tokenize, unquote } from './lexer.ts';

export const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
const BEYOND = new Set(['topk', 'bottomk', 'quantile', 'count_values', 'limitk', 'and', 'or', 'unless', 'atan2']);
const PRECEDENCE: Readonly<Record<string, number>> = {
  '==': 1,
  '!=': 1,
  '>': 1,
  '<': 1,
  '>=': 1,
  '<=': 1,
  '+': 2,
  '-': 2,
  '*': 3,
  '/': 3,
  '%': 3,
  '^': 5,
};
// Unary minus binds tighter than products and looser than powers: -2^2 is -4.
const UNARY_PRECEDENCE = 4;
const NO_MATCHING: Matching = { mode: 'ignoring', labels: [] };

/** Parses PromQL; throws AppError `invalid` saying where and what, or what replay does not support. */
export function parsePromQL(query: string): Expression {
  const cursor = new Cursor(tokenize(query));
  if (cursor.atEnd()) throw parseError(1, 'no expression found in input');
  const expression = parseExpression(cursor, 0);
  if (!cursor.atEnd()) unexpected(cursor.peek);
  return expression;
}

class Cursor {
  #index = 0;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get peek(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', text: '', position: 0 };
  }

  next(): Token {
    const token = this.peek;
    this.#index += 1;
    return token;
  }

  atEnd(): boolean {
    return this.peek.kind === 'end';
  }

  is(text: string): boolean {
    return this.peek.kind !== 'string' && this.peek.text === text;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.#index += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw parseError(this.peek.position, `expected "${text}", found ${described(this.peek)}`);
  }
}

function parseExpression(cursor: Cursor, floor: number): Expression {
  let left = parseUnary(cursor);
  for (;;) {
    const { text, kind } = cursor.peek;
    if (kind === 'name' && BEYOND.has(text)) throw notSupported(`the operator "${text}"`);
    const precedence = kind === 'symbol' ? PRECEDENCE[text] : undefined;
    if (precedence === undefined || precedence < floor) return left;
    cursor.next();
    const bool = cursor.take('bool');
    const matching = parseMatching(cursor);
    const right = parseExpression(cursor, text === '^' ? precedence : precedence + 1);
    left = { type: 'binary', operator: text as BinaryOperator, left, right, bool, matching };
  }
}

function parseMatching(cursor: Cursor): Matching {
  const mode = cursor.is('on') ? 'on' : cursor.is('ignoring') ? 'ignoring' : null;
  if (!mode) return NO_MATCHING;
  cursor.next();
  const labels = parseLabels(cursor);
  if (cursor.is('group_left') || cursor.is('group_right')) throw notSupported(`"${cursor.peek.text}"`);
  return { mode, labels };
}

function parseUnary(cursor: Cursor): Expression {
  if (cursor.take('-')) return { type: 'negation', operand: parseExpression(cursor, UNARY_PRECEDENCE) };
  if (cursor.take('+')) return parseExpression(cursor, UNARY_PRECEDENCE);
  return parsePostfix(cursor, parsePrimary(cursor));
}

function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.peek;
  if (cursor.take('(')) {
    const inner = parseExpression(cursor, 0);
    cursor.expect(')');
    return inner;
  }
  if (cursor.is('{')) return { type: 'selector', matchers: parseMatchers(cursor), range: null, offset: 0 };
  cursor.next();
  if (token.kind === 'number') return { type: 'number', value: Number(token.text) };
  if (token.kind === 'string') return { type: 'string', value: unquote(token.text) };
  if (token.kind !== 'name') unexpected(token);
  if (/^(inf|nan)$/i.test(token.text))
    return { type: 'number', value: /inf/i.test(token.text) ? Number.POSITIVE_INFINITY : Number.NaN };
  if (AGGREGATIONS.includes(token.text) && (cursor.is('(') || cursor.is('by') || cursor.is('without')))
    return parseAggregation(cursor, token.text);
  if (cursor.is('(')) return parseCall(cursor, token.text);
  const name: Matcher = { name: '__name__', operator: '=', value: token.text };
  return {
    type: 'selector',
    matchers: [name, ...(cursor.is('{') ? parseMatchers(cursor) : [])],
    range: null,
    offset: 0,
  };
}

function parseCall(cursor: Cursor, name: string): Expression {
  if (BEYOND.has(name)) throw notSupported(`the aggregation "${name}"`);
  return { type: 'call', name, args: parseArguments(cursor) };
}

function parseAggregation(cursor: Cursor, name: string): Expression {
  const before = parseGrouping(cursor);
  const args = parseArguments(cursor);
  const grouping = before ?? parseGrouping(cursor) ?? { mode: 'by', labels: [] };
  const [operand] = args;
  if (!operand || args.length > 1)
    throw parseError(cursor.peek.position, `${name} takes one expression, found ${args.length}`);
  return { type: 'aggregation', name, grouping, operand };
}

function parseGrouping(cursor: Cursor): Grouping | null {
  const mode = cursor.is('by') ? 'by' : cursor.is('without') ? 'without' : null;
  if (!mode) return null;
  cursor.next();
  return { mode, labels: parseLabels(cursor) };
}

function parseArguments(cursor: Cursor): Expression[] {
  cursor.expect('(');
  const args: Expression[] = [];
  while (!cursor.is(')')) {
    args.push(parseExpression(cursor, 0));
    if (!cursor.take(',')) break;
  }
  cursor.expect(')');
  return args;
}

function parseLabels(cursor: Cursor): string[] {
  cursor.expect('(');
  const labels: string[] = [];
  while (!cursor.is(')')) {
    labels.push(labelName(cursor));
    if (!cursor.take(',')) break;
  }
  cursor.expect(')');
  return labels;
}

function parseMatchers(cursor: Cursor): Matcher[] {
  cursor.expect('{');
  const matchers: Matcher[] = [];
  while (!cursor.is('}')) {
    const name = labelName(cursor);
    const operator = cursor.next();
    if (!['=', '!=', '=~', '!~'].includes(operator.text))
      throw parseError(operator.position, `expected a label matcher, found ${described(operator)}`);
    const value = cursor.next();
    if (value.kind !== 'string')
      throw parseError(value.position, `expected a quoted label value, found ${described(value)}`);
    matchers.push({ name, operator: operator.text as MatchOperator, value: unquote(value.text) });
    if (!cursor.take(',')) break;
  }
  cursor.expect('}');
  return matchers;
}

function labelName(cursor: Cursor): string {
  const token = cursor.next();
  if (token.kind === 'name') return token.text;
  // Label names in UTF-8 are quoted.
  if (token.kind === 'string') return unquote(token.text);
  throw parseError(token.position, `expected a label name, found ${described(token)}`);
}

function parsePostfix(cursor: Cursor, primary: Expression): Expression {
  let expression = primary;
  for (;;) {
    if (cursor.is('[')) expression = withRange(cursor, expression);
    else if (cursor.is('offset')) expression = withOffset(cursor, expression);
    else if (cursor.is('@')) throw notSupported('the @ modifier');
    else return expression;
  }
}

function withRange(cursor: Cursor, expression: Expression): Expression {
  const { position } = cursor.next();
  if (expression.type !== 'selector') throw notSupported('a subquery');
  const range = duration(cursor);
  // A colon also starts a recording rule's name, so the step of a subquery reads as one.
  if (cursor.peek.text.startsWith(':')) throw notSupported('a subquery');
  cursor.expect(']');
  if (expression.range !== null) throw parseError(position, 'a range selector cannot have two ranges');
  return { ...expression, range };
}

function withOffset(cursor: Cursor, expression: Expression): Expression {
  const { position } = cursor.next();
  if (expression.type !== 'selector') throw parseError(position, 'offset must follow a selector');
  const sign = cursor.take('-') ? -1 : 1;
  return { ...expression, offset: sign * duration(cursor) };
}

function duration(cursor: Cursor): number {
  const token = cursor.next();
  const millis = token.kind === 'duration' ? parseDuration(token.text) : null;
  if (millis === null) throw parseError(token.position, `expected a duration such as 5m, found ${described(token)}`);
  return millis;
}

function unexpected(token: Token): never {
  throw parseError(token.position, `unexpected ${described(token)}`);
}

function described(token: Token): string {
  return token.kind === 'end' ? 'end of input' : JSON.stringify(token.text);
}
