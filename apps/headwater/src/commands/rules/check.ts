import type { BadRule } from '@headwater/engine/rules/read-rules.ts';
import { testRule } from '@headwater/engine/rules/rule-tests.ts';
import type { CommandContext } from '../../cli/context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { rulesIn } from '../../rules/rule-files.ts';

/** Reads rules and runs their tests. */
export function checkRules({ io, exit }: CommandContext, paths: readonly string[]): void {
  const { rules, bad } = rulesIn(paths);
  const results = rules.flatMap(testRule);
  const failed = results.filter(({ failures }) => failures.length > 0);
  for (const one of bad) io.out(`${refusal(one)}\n`);
  for (const { rule, test, failures } of failed)
    io.out(`FAILED ${rule}: ${test}\n${failures.map((why) => `  ${why}\n`).join('')}`);
  const untested = rules.filter(({ rule }) => rule.tests.length === 0).map(({ rule }) => rule.name);
  if (untested.length > 0) io.out(`Without a test: ${untested.join(', ')}\n`);
  io.out(
    `${rules.length} rules accepted, ${bad.length} refused; ${results.length - failed.length} tests passed, ${failed.length} failed.\n`,
  );
  if (bad.length > 0 || failed.length > 0 || rules.length === 0) exit(EXIT.failed.code);
}

/** What is wrong with a rule, in one line that editors and terminals can follow. */
export function refusal({ file, line, column, rule, reason }: BadRule): string {
  return `${file}:${line}:${column}: ${rule ? `rule ${rule}: ` : ''}${reason}`;
}
