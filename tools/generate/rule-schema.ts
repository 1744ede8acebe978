import { ruleJsonSchema } from '@headwater/contracts/rules/rule.ts';

/** docs/rule.schema.json: what a rule file may hold, for editors. */
export function ruleSchemaText(): string {
  return `${JSON.stringify({ title: 'A rule of Headwater', ...ruleJsonSchema() }, null, 2)}\n`;
}

if (import.meta.main) process.stdout.write(ruleSchemaText());
