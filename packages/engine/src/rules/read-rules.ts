import { AnyRule } from '@headwater/contracts/rules/rule.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import type { Analyzer } from '@headwater/diagnosis/finding.ts';
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import { compileRule, RuleFault } from './compile.ts';
import { compileConditionRule } from './condition-rule.ts';

/** A rule that was read, where it stands, and its analyzer. */
export interface LoadedRule {
  readonly rule: AnyRule;
  readonly file: string;
  readonly line: number;
  readonly analyzer: Analyzer;
}

/** What is wrong with a rule file, where, and what was expected. */
export interface BadRule {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string | null;
  readonly reason: string;
}

export interface RulesRead {
  readonly rules: readonly LoadedRule[];
  readonly bad: readonly BadRule[];
}

/** Reads a YAML file of rules, one a document; a bad one is told and costs nobody else. */
export function readRules(file: string, text: string): RulesRead {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  const rules: LoadedRule[] = [];
  const bad: BadRule[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const place = (offset: number): Pick<BadRule, 'line' | 'column'> => {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    };
    const read = readDocument(document, { file, place });
    if (read && 'analyzer' in read) rules.push(read);
    else if (read) bad.push(read);
  }
  return withoutTwins({ rules, bad });
}

interface Frame {
  readonly file: string;
  readonly place: (offset: number) => Pick<BadRule, 'line' | 'column'>;
}

function readDocument(document: Document.Parsed, { file, place }: Frame): LoadedRule | BadRule | null {
  const [broken] = document.errors;
  if (broken) return { file, ...place(broken.pos[0]), rule: null, reason: broken.message.split('\n')[0] ?? 'no YAML' };
  const value: unknown = document.toJS({ maxAliasCount: 20 });
  if (value === null) return null;
  const name = nameIn(value);
  const start = document.contents?.range?.[0] ?? 0;
  const at = (path: readonly PropertyKey[]): Pick<BadRule, 'line' | 'column'> =>
    place(offsetOf(document, path) ?? start);
  const parsed = AnyRule.safeParse(value);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const path = first?.path ?? [];
    return {
      file,
      ...at(path),
      rule: name,
      reason: `${path.map(String).join('.') || 'rule'}: ${wordsOf(first, document.getIn(path))}`,
    };
  }
  const rule = parsed.data;
  try {
    return {
      rule,
      file,
      line: place(start).line,
      analyzer: rule.kind === 'Rule' ? compileRule(rule) : compileConditionRule(rule),
    };
  } catch (error) {
    if (!(error instanceof RuleFault)) throw error;
    return { file, ...at(error.path), rule: name, reason: `${error.path.join('.')}: ${error.message}` };
  }
}

interface Fault {
  readonly code?: string;
  readonly message: string;
  readonly values?: readonly unknown[];
}

// A closed list of a hundred words is no help; the nearest one is.
function wordsOf(fault: Fault | undefined, given: unknown): string {
  if (!fault) return 'is not a rule';
  if (fault.code !== 'invalid_value' || !fault.values || fault.values.length < 8) return fault.message;
  const near = nearMiss(String(given), fault.values.map(String));
  return `is none of the ${fault.values.length} known words${near ? `; did you mean ${near}?` : ''}`;
}

// The offset of the deepest part of a path that exists: a missing field is told at what should hold it.
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as { range?: readonly number[] } | null | undefined)?.range;
    if (range) return range[0];
  }
  return undefined;
}

function nameIn(value: unknown): string | null {
  const { name } = (value ?? {}) as { name?: unknown };
  return typeof name === 'string' ? name : null;
}

/** Two rules of one name would answer under one code: the first stays. */
export function withoutTwins({ rules, bad }: RulesRead): RulesRead {
  const first = new Map<string, LoadedRule>();
  const twins: BadRule[] = [];
  for (const loaded of rules) {
    const known = first.get(loaded.rule.name);
    if (!known) first.set(loaded.rule.name, loaded);
    else
      twins.push({
        file: loaded.file,
        line: loaded.line,
        column: 1,
        rule: loaded.rule.name,
        reason: `name: ${known.file} line ${known.line} has a rule of this name`,
      });
  }
  return { rules: [...first.values()], bad: [...bad, ...twins] };
}
