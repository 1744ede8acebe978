import type { AnyRule } from '@headwater/contracts/rules/rule.ts';
import type { CommandContext } from '../../cli/context.ts';
import { renderTable } from '../../render/table.ts';
import { rulesIn } from '../../rules/rule-files.ts';
import { refusal } from './check.ts';

/** Prints the rules of files. */
export function listRules({ io }: CommandContext, paths: readonly string[]): void {
  const { rules, bad } = rulesIn(paths);
  const rows = rules.map(({ rule, file, line }) => [
    rule.name,
    rule.match.kind,
    categoriesOf(rule),
    String(rule.tests.length),
    `${file}:${line}`,
  ]);
  io.out(
    rows.length === 0
      ? 'There are no rules there.\n'
      : `${renderTable(['rule', 'looks at', 'category', 'tests', 'where'], rows)}\n`,
  );
  for (const one of bad) io.err(`${refusal(one)}\n`);
}

function categoriesOf(rule: AnyRule): string {
  if (rule.kind === 'Rule') return rule.finding.category;
  return [...new Set(rule.conditions.map(({ category }) => category))].join(', ');
}
