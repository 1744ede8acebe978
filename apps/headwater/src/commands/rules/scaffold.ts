import { AppError } from '@headwater/core/errors.ts';
import { readRules } from '@headwater/engine/rules/read-rules.ts';
import type { CommandContext } from '../../cli/context.ts';

/** Prints a rule that is accepted as it stands and passes its test. */
export function printRule({ io }: CommandContext, name: string): void {
  const text = scaffold(name);
  const [bad] = readRules('rule', text).bad;
  if (bad) throw new AppError('invalid', `${name} cannot be the name of a rule: ${bad.reason}`);
  io.out(text);
}

function scaffold(name: string): string {
  return `apiVersion: headwater.dev/v1
kind: Rule
name: ${name}
description: What is wrong when this rule speaks, in one sentence.
match:
  kind: Backup
  # apiVersion: example.com/*
  # namespaces: [prod-*]
when:
  - object.status.phase == 'Failed'
finding:
  category: object-invalid
  strength: 0.7
  statement: backup \`{{ object.metadata.name }}\` is in phase \`{{ object.status.phase }}\`
  evidence:
    - field: metadata.name
    - field: status.phase
tests:
  - name: a failed one is told
    given:
      objects:
        - apiVersion: example.com/v1
          kind: Backup
          metadata: { name: nightly, namespace: shop }
          status: { phase: Failed }
    expect:
      - subject: Backup/shop/nightly
        says: Failed
  - name: one that works is not
    given:
      objects:
        - apiVersion: example.com/v1
          kind: Backup
          metadata: { name: nightly, namespace: shop }
          status: { phase: Completed }
    expect: []
`;
}
