import { describe, expect, it } from 'vitest';
import { differences, filesOf } from './files.ts';
import { loadScenarios } from './load.ts';
import { faultyVariant } from './scenario.ts';

const scenarios = await loadScenarios();

describe('the corpus', () => {
  it('is committed as its generator writes it', () => {
    const files = new Map(scenarios.flatMap((scenario) => [...filesOf(scenario)]));
    expect(differences(import.meta.dirname, files)).toEqual([]);
  }, 120_000);

  it('covers the fault families and holds the hard ones', () => {
    const hard = scenarios.filter(({ families }) => families.includes('hard'));
    expect(hard.length).toBeGreaterThanOrEqual(6);
    expect(scenarios.length - hard.length).toBeGreaterThanOrEqual(40);
  });

  it('gives symptoms as titles, never the answer', () => {
    const telling = scenarios.filter(({ title, slug }) => title.toLowerCase().includes(slug.replaceAll('-', ' ')));
    expect(telling.map(({ slug }) => slug)).toEqual([]);
  });

  it('has an alert or a question in every faulty world', () => {
    const silent = scenarios.filter((scenario) => {
      const { alerts, question } = faultyVariant(scenario, 0).world;
      return alerts.length === 0 && question === undefined;
    });
    expect(silent.map(({ slug }) => slug)).toEqual([]);
  });
});
