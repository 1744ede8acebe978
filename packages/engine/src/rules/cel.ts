import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { type Millis, parseDuration, parseTime } from '@headwater/core/time.ts';

/** An expression that was read and checked. */
export interface Expression {
  readonly text: string;
  /** False of a key that is not there: rules need not ask `has()` first. */
  holds(variables: object): boolean;
  /** The value; undefined of a key that is not there. */
  value(variables: object): unknown;
}

/** Why an expression is refused, in one line. */
export class ExpressionFault extends Error {}

const VARIABLES = ['object', 'events', 'pods', 'logs', 'metrics', 'changes', 'owner', 'needs', 'neededBy', 'now'];
const LOCAL = ['event', 'log', 'change', 'pod'] as const;
/** The variable that only one kind of evidence has. */
export type Local = (typeof LOCAL)[number];

// Nested walks over lists multiply; three levels over lists of fifty are what a rule may cost.
const MAX_NESTING = 3;
const MACROS = new Set(['exists', 'exists_one', 'all', 'filter', 'map']);
const MAX_PATTERN = 200;
// A group that repeats something repeating takes exponential time on the wrong text.
const NESTED_REPEAT = /\([^()]*[+*}][^()]*\)\s*[+*{]/;

/** Reads expressions for one snapshot's clock; the clock is given when they run, so that they can be read once. */
export function readExpression(text: string, local: readonly Local[] = []): Expression {
  const parsed = parse(text, local);
  refuse(parsed.ast, 0);
  return {
    text,
    holds: (variables) => run(parsed, variables) === true,
    value: (variables) => run(parsed, variables),
  };
}

function parse(text: string, local: readonly Local[]): ParseResult {
  const environment = environmentWith(local);
  let parsed: ParseResult;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    throw new ExpressionFault(summaryOf(error));
  }
  const { valid, error } = parsed.check();
  if (!valid) throw new ExpressionFault(error ? summaryOf(error) : 'the types do not fit');
  return parsed;
}

function environmentWith(local: readonly Local[]): Environment {
  const environment = new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 400, maxDepth: 30, maxListElements: 50, maxMapEntries: 50 },
  })
    .registerFunction('quantity(dyn): double', (value: unknown) => parseQuantity(String(value)) ?? Number.NaN)
    .registerFunction('seconds(dyn): int', (value: unknown) => wholeSeconds(parseDuration(String(value)), value))
    .registerFunction('time(dyn): int', (value: unknown) => wholeSeconds(parseTime(value), value));
  for (const name of [...VARIABLES, ...local]) environment.registerVariable(name, 'dyn');
  return environment;
}

function wholeSeconds(millis: number | null, value: unknown): bigint {
  if (millis === null) throw new ExpressionFault(`${JSON.stringify(value)} is no time or duration`);
  return celTime(millis);
}

function run(parsed: ParseResult, variables: object): unknown {
  try {
    return parsed(variables) as unknown;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'no_such_key') return undefined;
    throw new ExpressionFault(summaryOf(error));
  }
}

function summaryOf(error: unknown): string {
  const { summary, message } = error as { summary?: string; message?: string };
  return summary ?? message?.split('\n')[0] ?? 'cannot be read';
}

function refuse(node: unknown, nesting: number): void {
  if (Array.isArray(node)) {
    for (const item of node) refuse(item, nesting);
    return;
  }
  if (!isNode(node)) return;
  const [name, , own] = Array.isArray(node.args) ? (node.args as unknown[]) : [];
  const walks = node.op === 'rcall' && typeof name === 'string' && MACROS.has(name);
  if (walks && nesting + 1 > MAX_NESTING)
    throw new ExpressionFault(`walks lists within lists more than ${MAX_NESTING} deep`);
  if (node.op === 'rcall' && name === 'matches') refusePattern(Array.isArray(own) ? own[0] : undefined);
  if (node.op === 'call' && name === 'matches') refusePattern(undefined);
  refuse(node.args, nesting + (walks ? 1 : 0));
}

function refusePattern(pattern: unknown): void {
  const text = isNode(pattern) && pattern.op === 'value' ? pattern.args : undefined;
  if (typeof text !== 'string')
    throw new ExpressionFault('matches() takes a pattern written out in the rule: text.matches("...")');
  if (text.length > MAX_PATTERN) throw new ExpressionFault(`the pattern is longer than ${MAX_PATTERN} characters`);
  if (NESTED_REPEAT.test(text))
    throw new ExpressionFault('the pattern repeats a group that repeats: it may take for ever');
  try {
    ''.search(text);
  } catch {
    throw new ExpressionFault('the pattern is no regular expression');
  }
}

function isNode(value: unknown): value is ASTNode {
  return value !== null && typeof value === 'object' && 'op' in value && 'args' in value;
}

/** A JSON value as CEL sees it: whole numbers are `int`. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, celValue(item)]])),
  );
}

/** A CEL value as JSON. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plainValue(item)]));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
}

/** Whole seconds of a moment, as CEL sees it. */
export function celTime(time: Millis): bigint {
  return BigInt(Math.floor(time / 1000));
}
