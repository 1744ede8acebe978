import { styleText } from 'node:util';
import type { Rule, Violation } from './rule.ts';

const SHOWN_PER_RULE = 25;

/** What a broken rule prints: where, what the rule means, and what to do. */
export function formatRuleFindings(
  rule: Pick<Rule, 'name' | 'means' | 'remedy'>,
  violations: readonly Violation[],
): string {
  const shown = violations.slice(0, SHOWN_PER_RULE).map((one) => {
    const place = one.line === undefined ? one.file : `${one.file}:${one.line}`;
    return `  ${place}  ${one.text}`;
  });
  const rest = violations.length - shown.length;
  return [
    `${rule.name} (${violations.length})`,
    ...shown,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    `  means:  ${rule.means}`,
    `  remedy: ${rule.remedy}`,
  ].join('\n');
}

export interface FinishedStep {
  readonly name: string;
  readonly what: string;
  readonly ok: boolean;
  readonly output: string;
  readonly seconds: number;
}

function verdict(step: FinishedStep): string {
  return step.ok ? styleText('green', 'ok    ') : styleText('red', 'failed');
}

export function formatSummary(steps: readonly FinishedStep[]): string {
  const width = Math.max(...steps.map((step) => step.name.length));
  const details = steps
    .filter((step) => !step.ok)
    .map((step) => `${styleText('bold', `--- ${step.name} ---`)}\n${step.output}\n`);
  const lines = steps.map((step) => {
    const time = `${step.seconds.toFixed(1)} s`.padStart(7);
    return `${verdict(step)} ${step.name.padEnd(width)} ${time}  ${styleText('dim', step.what)}`;
  });
  return [...details, ...lines].join('\n');
}
