import { z } from 'zod';
import { CATEGORY_NAMES } from '../diagnosis/categories.ts';
import { RISK_CLASSES } from '../diagnosis/diagnosis.ts';

export const RULES_API = 'headwater.dev/v1';

/** A CEL expression; see docs/rules.md for the variables. */
const Expression = z.string().min(1).max(2_000);
/** Text with `{{ expression }}` in it. */
const Template = z.string().min(1).max(2_000);
const Name = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'expected lower-case letters, digits and dashes, at most 63');

/** Which objects a rule looks at; `*` in a value is a wildcard. */
const Match = z.strictObject({
  kind: z.string().min(1),
  apiVersion: z.string().optional(),
  namespaces: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

/** One thing the statement stands on; it is read again by the claim checker. */
const RuleEvidence = z.union([
  z.strictObject({ field: z.string().min(1) }),
  z.strictObject({ event: Expression }),
  z.strictObject({ log: Expression }),
  z.strictObject({ metric: z.string().min(1) }),
  z.strictObject({ change: Expression }),
  z.strictObject({ pod: Expression, field: z.string().min(1) }),
]);

const RuleRemediation = z.strictObject({
  action: z.string().min(1),
  risk: z.enum(RISK_CLASSES),
  statement: Template,
  preconditions: z.array(z.string()).default([]),
  undo: z.string().default('None needed'),
});

const RuleFinding = z.strictObject({
  category: z.enum(CATEGORY_NAMES),
  role: z.enum(['cause', 'symptom']).default('cause'),
  layer: z.enum(['control-plane', 'node', 'admission', 'state', 'change', 'dependency', 'saturation']).default('state'),
  // The cluster's own statement of a fault stands at 0.95: a rule may not outrank it.
  strength: z.number().min(0.1).max(0.9).default(0.7),
  statement: Template,
  evidence: z.array(RuleEvidence).min(1).max(10),
  blames: Expression.optional(),
  affects: Expression.optional(),
  actor: Expression.optional(),
  remediation: z.array(RuleRemediation).max(5).default([]),
});

/** A snapshot in miniature, and what the rule must make of it. */
const RuleTest = z.strictObject({
  name: z.string().min(1),
  now: z.string().optional(),
  given: z.strictObject({
    objects: z.array(z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) })),
    logs: z
      .array(
        z.strictObject({
          namespace: z.string(),
          pod: z.string(),
          container: z.string().default('main'),
          previous: z.boolean().default(false),
          lines: z.array(z.string()),
        }),
      )
      .default([]),
    /** Series with their values, one a minute, the last one now. */
    metrics: z
      .array(z.strictObject({ labels: z.record(z.string(), z.string()), values: z.array(z.number()) }))
      .default([]),
    changes: z
      .array(
        z.strictObject({
          time: z.string(),
          title: z.string(),
          kind: z.string().default('deploy'),
          subject: z.string().optional(),
        }),
      )
      .default([]),
  }),
  /** Findings in any order; none when empty. */
  expect: z.array(z.strictObject({ subject: z.string(), says: z.string().optional() })),
});

const Head = { apiVersion: z.literal(RULES_API), name: Name, description: z.string().optional() };

/** An analyzer as a team writes it: which objects, under which conditions, what is said. */
export const Rule = z.strictObject({
  ...Head,
  kind: z.literal('Rule'),
  match: Match,
  when: z.array(Expression).min(1).max(20),
  finding: RuleFinding,
  tests: z.array(RuleTest).default([]),
});
export type Rule = z.infer<typeof Rule>;

/** What a bad status condition of a custom resource means, for kinds nobody wrote an analyzer for. */
export const ConditionRule = z.strictObject({
  ...Head,
  kind: z.literal('ConditionRule'),
  match: Match,
  conditions: z
    .array(
      z.strictObject({
        type: z.string().min(1),
        bad: z.enum(['True', 'False', 'Unknown']).default('False'),
        /** How long it may last before it is a fault: `30s`, `5m`, `1h`. */
        grace: z
          .string()
          .regex(/^\d+[smh]$/, 'expected a duration such as 30s, 5m or 1h')
          .default('1m'),
        category: z.enum(CATEGORY_NAMES).default('object-invalid'),
        says: z.string().max(300).optional(),
        strength: z.number().min(0.1).max(0.9).default(0.7),
      }),
    )
    .min(1)
    .max(20),
  tests: z.array(RuleTest).default([]),
});
export type ConditionRule = z.infer<typeof ConditionRule>;

export const AnyRule = z.discriminatedUnion('kind', [Rule, ConditionRule]);
export type AnyRule = z.infer<typeof AnyRule>;
export type RuleTest = z.infer<typeof RuleTest>;
export type RuleMatch = z.infer<typeof Match>;
export type RuleEvidence = z.infer<typeof RuleEvidence>;

/** What a rule file may hold, as JSON Schema for editors. */
export function ruleJsonSchema(): object {
  return z.toJSONSchema(AnyRule, { io: 'input' });
}
