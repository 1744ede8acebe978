import { describe, expect, it } from 'vitest';
import { layerRules, resolveImport } from './layers.ts';
import { findIn } from './planted.ts';

function find(rule: string, files: Record<string, string>) {
  return findIn(
    layerRules.find((one) => one.name === rule),
    files,
  );
}

function from(path: string, specifier: string): Record<string, string> {
  return { [path]: `import { x } from '${specifier}';\n` };
}

describe('tools/check/rules/layers', () => {
  it('resolves package names and relative paths to files of the repository', () => {
    expect(resolveImport('a/b.ts', '@headwater/core/kube/x.ts')).toBe('packages/core/src/kube/x.ts');
    expect(resolveImport('packages/core/src/a/b.ts', '../c.ts')).toBe('packages/core/src/c.ts');
    expect(resolveImport('a.ts', '@headwater/bench/score.ts')).toBe('bench/src/score.ts');
    expect(resolveImport('a.ts', '@headwater/headwater/main.ts')).toBe('apps/headwater/src/main.ts');
    expect(resolveImport('a.ts', 'zod')).toBeUndefined();
  });

  it.each([
    ['layer-core', 'packages/core/src/a.ts', '@headwater/contracts/a.ts'],
    ['layer-core', 'packages/core/src/a.ts', 'yaml'],
    ['layer-core', 'packages/core/src/a.ts', 'node:fs'],
    ['layer-contracts', 'packages/contracts/src/a.ts', '@headwater/diagnosis/a.ts'],
    ['layer-diagnosis', 'packages/diagnosis/src/a.ts', '@headwater/engine/a.ts'],
    ['layer-diagnosis', 'packages/diagnosis/src/a.ts', 'node:fs'],
    ['layer-diagnosis', 'packages/diagnosis/src/a.ts', 'zod'],
    ['layer-engine', 'packages/engine/src/a.ts', '@headwater/adapters/loki/a.ts'],
    ['layer-engine', 'packages/engine/src/a.ts', 'node:http'],
    ['layer-adapters', 'packages/adapters/src/loki/a.ts', '@headwater/engine/collect/a.ts'],
    ['layer-adapters', 'packages/adapters/src/loki/a.ts', '@headwater/diagnosis/a.ts'],
    ['adapters-apart', 'packages/adapters/src/loki/a.ts', '../tempo/a.ts'],
    ['wiring-only', 'apps/headwater/src/commands/a.ts', '@headwater/adapters/loki/a.ts'],
    ['wiring-only', 'bench/src/a.ts', '@headwater/adapters/loki/a.ts'],
    ['apps-on-top', 'packages/engine/src/a.ts', '@headwater/headwater/main.ts'],
    ['analyzers-apart', 'packages/diagnosis/src/analyzers/one/index.ts', '../two/index.ts'],
    ['analyzers-apart', 'packages/diagnosis/src/analyzers/_shared/a.ts', '../two/index.ts'],
    ['tests-not-shipped', 'packages/engine/src/a.ts', '@headwater/testkit/a.ts'],
    ['tests-not-shipped', 'packages/engine/src/a.ts', './b.test.ts'],
    ['package-doors', 'packages/engine/src/a.ts', '../../core/src/a.ts'],
    ['package-doors', 'packages/engine/src/a.ts', '@headwater/engine/b.ts'],
  ])('%s fires when %s imports %s', (rule, path, specifier) => {
    expect(find(rule, from(path, specifier))).toMatchObject([{ file: path, line: 1 }]);
  });

  it.each([
    ['layer-core', 'packages/core/src/a.ts', 'zod'],
    ['layer-core', 'packages/core/src/a.test.ts', 'fast-check'],
    ['layer-diagnosis', 'packages/diagnosis/src/a.ts', '@headwater/core/subject.ts'],
    ['layer-adapters', 'packages/adapters/src/loki/a.ts', '@headwater/engine/ports/logs.ts'],
    ['layer-adapters', 'packages/adapters/src/loki/a.ts', 'node:https'],
    ['adapters-apart', 'packages/adapters/src/loki/a.ts', '../http/read.ts'],
    ['wiring-only', 'apps/headwater/src/wiring.ts', '@headwater/adapters/loki/a.ts'],
    ['apps-on-top', 'apps/headwater/src/main.ts', './wiring.ts'],
    ['analyzers-apart', 'packages/diagnosis/src/analyzers/one/index.ts', '../_shared/pods.ts'],
    ['analyzers-apart', 'packages/diagnosis/src/analyzers/registry.gen.ts', './one/index.ts'],
    ['tests-not-shipped', 'packages/engine/src/a.test.ts', '@headwater/testkit/a.ts'],
    ['package-doors', 'packages/engine/src/a.ts', '@headwater/core/a.ts'],
  ])('%s stays silent when %s imports %s', (rule, path, specifier) => {
    expect(find(rule, from(path, specifier))).toEqual([]);
  });

  it('sees re-exports, dynamic imports and type imports', () => {
    const path = 'packages/core/src/a.ts';
    expect(find('layer-core', { [path]: "export { x } from '@headwater/engine/a.ts';" })).toHaveLength(1);
    expect(find('layer-core', { [path]: "const x = import('@headwater/engine/a.ts');" })).toHaveLength(1);
    expect(find('layer-core', { [path]: "import type { X } from '@headwater/engine/a.ts';" })).toHaveLength(1);
  });
});
