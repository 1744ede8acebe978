import { describe, expect, it } from 'vitest';
import { formatRuleFindings } from './report.ts';
import { RULES_BY_STEP } from './rules/all.ts';
import { runTool } from './run-tool.ts';
import { STEPS } from './steps.ts';

describe('tools/check', () => {
  it('gives every rule a name of its own, a meaning and a remedy', () => {
    const rules = Object.values(RULES_BY_STEP).flat();
    expect(new Set(rules.map((rule) => rule.name)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(rule.means.length, rule.name).toBeGreaterThan(30);
      expect(rule.remedy.length, rule.name).toBeGreaterThan(20);
    }
  });

  it('prints place, meaning and remedy, and does not flood the terminal', () => {
    const rule = { name: 'r', means: 'why it is so', remedy: 'what to do' };
    const violations = Array.from({ length: 30 }, (_, n) => ({ file: 'a.ts', line: n, text: 'x' }));
    const text = formatRuleFindings(rule, violations);
    expect(text).toContain('a.ts:1  x');
    expect(text).toContain('and 5 more');
    expect(text).toContain('means:  why it is so');
    expect(text).toContain('remedy: what to do');
  });

  it('counts a tool that cannot start, and one that is killed, as failed', async () => {
    expect(await runTool('/no/such/tool', [], '/')).toMatchObject({ exitCode: 127 });
    const killed = await runTool(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'], '/');
    expect(killed.exitCode).not.toBe(0);
    expect(killed.stderr).toContain('SIGKILL');
  });

  it('has a step of each kind the architecture names', () => {
    const names = STEPS.map((step) => step.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'types',
        'lint',
        'format',
        'dependencies',
        'unused',
        'budgets',
        'generated',
        'documents',
      ]),
    );
  });
});
