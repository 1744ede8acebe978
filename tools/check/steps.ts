import { join } from 'node:path';
import { GENERATED } from './generated.ts';
import type { Project } from './project.ts';
import { compareGenerated } from './regenerate.ts';
import { formatRuleFindings } from './report.ts';
import type { Rule } from './rule.ts';
import { RULES_BY_STEP } from './rules/all.ts';
import { runTool } from './run-tool.ts';

export interface StepResult {
  readonly ok: boolean;
  /** What a person has to read when the step failed. */
  readonly output: string;
}

export interface Step {
  readonly name: string;
  readonly what: string;
  readonly run: (root: string, project: Project) => Promise<StepResult>;
}

function toolStep(name: string, what: string, remedy: string, command: readonly string[]): Step {
  const [tool = '', ...args] = command;
  return {
    name,
    what,
    run: async (root) => {
      const result = await runTool(join(root, 'node_modules/.bin', tool), args, root);
      const ok = result.exitCode === 0;
      const words = [result.stdout, result.stderr].map((text) => text.trim()).filter((text) => text !== '');
      return { ok, output: ok ? '' : [`command: ${command.join(' ')}`, ...words, `remedy: ${remedy}`].join('\n') };
    },
  };
}

function ruleStep(name: string, rules: readonly Rule[]): Step {
  return {
    name,
    what: rules.map((rule) => rule.name).join(', '),
    run: (_root, project) => {
      const broken = rules
        .map((rule) => ({ rule, violations: rule.find(project) }))
        .filter((one) => one.violations.length > 0);
      const output = broken.map((one) => formatRuleFindings(one.rule, one.violations)).join('\n\n');
      return Promise.resolve({ ok: broken.length === 0, output });
    },
  };
}

const generatedStep: Step = {
  name: 'generated',
  what: 'committed generated files are current',
  run: async (root) => {
    const outputs: string[] = [];
    for (const artefact of GENERATED) {
      const violations = await compareGenerated(root, artefact);
      if (violations.length === 0) continue;
      const rule = {
        name: artefact.name,
        means: `${artefact.path} is made by a command and committed; it must be what the command makes today.`,
        remedy: `node ${artefact.command.map((part) => part.replaceAll('{out}', artefact.path)).join(' ')}, then read the diff and commit it.`,
      };
      outputs.push(formatRuleFindings(rule, violations));
    }
    return { ok: outputs.length === 0, output: outputs.join('\n\n') };
  },
};

/** Every step of `npm run check`, the slow ones first so that they start first. */
export const STEPS: readonly Step[] = [
  toolStep('types', 'TypeScript, strict', 'Mend the type; a cast only where a comment can prove it.', [
    'tsc',
    '--noEmit',
  ]),
  toolStep('page-types', 'TypeScript of the page, which has a browser around it', 'As for types.', [
    'tsc',
    '--noEmit',
    '--project',
    'apps/web',
  ]),
  toolStep(
    'lint',
    'oxlint with types',
    'Each rule and its reason: .oxlintrc.json. `npm run lint -- --fix` mends some.',
    ['oxlint', '--type-aware', '--report-unused-disable-directives-severity=error', '--format=unix'],
  ),
  toolStep(
    'unused',
    'knip: unused files, exports, dependencies',
    'Remove it, or stop exporting it. knip.json says what is an entry.',
    ['knip', '--no-progress'],
  ),
  toolStep('format', 'biome', '`npm run format` writes it.', ['biome', 'format', '--reporter=summary', '.']),
  generatedStep,
  ...Object.entries(RULES_BY_STEP).map(([name, rules]) => ruleStep(name, rules)),
];
