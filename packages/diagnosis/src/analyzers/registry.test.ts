import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCategory } from '@headwater/contracts/diagnosis/categories.ts';
import { describe, expect, it } from 'vitest';
import { ANALYZERS } from './registry.gen.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_') && entry.name !== 'true-words')
  .map(({ name }) => name)
  .sort();

describe('analyzers', () => {
  it('are registered by their folders, at least 60 of them', () => {
    expect(ANALYZERS.map(({ name }) => name)).toEqual(folders);
    expect(folders.length).toBeGreaterThanOrEqual(60);
  });

  it('have codes that belong to one analyzer only', () => {
    const codes = ANALYZERS.flatMap((analyzer) => Object.keys(analyzer.codes));
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    for (const code of codes) expect(code).toMatch(/^[a-z-]+\/[a-z0-9-]+$/);
  });

  it('say what they find in one sentence and what they read', () => {
    for (const { name, codes, reads } of ANALYZERS) {
      expect(reads.length, name).toBeGreaterThan(0);
      for (const about of Object.values(codes)) expect(about, name).toMatch(/^\S.*\.$/);
    }
  });

  it.each(folders)('%s has a README, a test and all three kinds of fixtures', (folder) => {
    const path = (name: string): string => join(import.meta.dirname, folder, name);
    const readme = readFileSync(path('README.md'), 'utf8');
    for (const heading of ['**What.**', '**Evidence.**', '**Look-alikes.**']) expect(readme).toContain(heading);
    expect(existsSync(path('index.test.ts'))).toBe(true);
    const fixtures = readdirSync(path('fixtures'));
    for (const kind of ['positive-', 'negative-', 'lookalike-'])
      expect(fixtures.some((file) => file.startsWith(kind))).toBe(true);
  });

  it('cover the fault catalog: every category but those nothing can show is found by some fixture', () => {
    const source = ANALYZERS.map(({ name }) =>
      readdirSync(join(import.meta.dirname, name), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map((file) => readFileSync(join(import.meta.dirname, name, file), 'utf8')),
    ).flat();
    const shared = readdirSync(join(import.meta.dirname, '_shared'))
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(import.meta.dirname, '_shared', file), 'utf8'));
    const text = [...source, ...shared].join('\n');
    const named = new Set([...text.matchAll(/'([a-z][a-z0-9-]+)'/g)].map(([, word]) => word ?? '').filter(isCategory));
    expect(named.size).toBeGreaterThanOrEqual(140);
  });
});
