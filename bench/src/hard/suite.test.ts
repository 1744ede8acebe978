import { describe, expect, it } from 'vitest';
import { fabricates } from '../../../recordings/hard/judge.ts';
import { THEMES } from '../../../recordings/hard/hard-scenario.ts';
import { loadHardScenarios } from '../../../recordings/hard/load.ts';
import { faultyVariant } from '../../../recordings/scenario.ts';
import { unsound } from '../../../recordings/soundness.ts';
import { hard } from './suite.ts';

const scenarios = await loadHardScenarios();

describe('the hard set', () => {
  it('holds at least four scenarios of every theme', () => {
    const counts = Map.groupBy(scenarios, ({ theme }) => theme);
    expect(THEMES.filter((theme) => (counts.get(theme)?.length ?? 0) < 4)).toEqual([]);
  });

  it('shows only what a cluster can show, and always asks something', () => {
    const found = scenarios.flatMap((scenario) => {
      const { world } = faultyVariant(scenario, 0);
      const asked = world.alerts.length > 0 || world.question !== undefined;
      return [...unsound(world), ...(asked ? [] : ['nobody asks'])].map((text) => `${scenario.slug}: ${text}`);
    });
    expect(found).toEqual([]);
  }, 60_000);

  it('calls nothing made up that is told as a guess', () => {
    const truth = { verdict: 'insufficient-evidence' as const, causes: [], allCauses: false };
    const expected = { ...truth, category: [], keywords: [], not: [], remediation: [] };
    const cause = (band: 'high' | 'low') => ({ confidence: { band } });
    const diagnosis = (verdict: string, causes: unknown[]) =>
      ({ verdict, causes }) as unknown as Parameters<typeof fabricates>[0];
    expect(fabricates(diagnosis('insufficient-evidence', [cause('low')]), expected)).toBe(false);
    expect(fabricates(diagnosis('insufficient-evidence', [cause('high')]), expected)).toBe(true);
    expect(fabricates(diagnosis('cause', [cause('low')]), expected)).toBe(true);
    expect(fabricates(diagnosis('cause', [cause('high')]), { ...expected, verdict: 'cause' })).toBe(false);
  });

  it('judges made-up causes apart from wrong ones', () => {
    const one = {
      id: 'x#0',
      group: 'unprovable',
      arm: 'full',
      expects: 'unprovable' as const,
      truth: 'insufficient-evidence',
      answer: 'oom-killed @ Deployment a/b',
      verdict: 'cause' as const,
      right: false,
      third: false,
      confidence: { band: 'high' as const, score: 0.9 },
      measures: { fabricated: 1 },
      ms: 1,
    };
    const scores = hard.summarise([one, { ...one, id: 'y#0', measures: { fabricated: 0 }, right: true }]);
    const value = (name: string): number | undefined => scores.find((score) => score.name === name)?.value;
    expect(value('right')).toBe(0.5);
    expect(value('causes made up, unprovable')).toBe(0.5);
    expect(value('wrong with high confidence')).toBe(0);
  });
});
