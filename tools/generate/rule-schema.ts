import { AnyRule } from '@headwater/contracts/rules/rule.ts';
import { z } from 'zod';

/** docs/rule.schema.json: what a rule file may hold, for editors. */
export function ruleSchemaText(): string {
  const schema = z.toJSONSchema(AnyRule, { io: 'input' });
  return `${JSON.stringify({ title: 'A rule of Headwater', ...schema }, null, 2)}\n`;
}

if (import.meta.main) process.stdout.write(ruleSchemaText());
