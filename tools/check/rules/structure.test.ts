import { describe, expect, it } from 'vitest';
import { cyclesRule } from './cycles.ts';
import { barrelsRule } from './exports.ts';
import { orphansRule } from './orphans.ts';
import { findIn } from './planted.ts';

describe('tools/check/rules/cycles', () => {
  const a = 'packages/core/src/a.ts';
  const b = 'packages/core/src/b.ts';
  const c = 'packages/engine/src/c.ts';

  it('names every file of a cycle once, across packages', () => {
    const found = findIn(cyclesRule, {
      [a]: "import { b } from './b.ts';",
      [b]: "import { c } from '@headwater/engine/c.ts';",
      [c]: "import { a } from '@headwater/core/a.ts';",
    });
    expect(found).toEqual([{ file: a, text: `imports itself through ${a}, ${b}, ${c}` }]);
  });

  it('does not count imports that are erased, but does count inline type imports, which are not', () => {
    const back = (statement: string) => findIn(cyclesRule, { [a]: "import { b } from './b.ts';", [b]: statement });
    expect(back("import type { A } from './a.ts';")).toEqual([]);
    expect(back("import { type A } from './a.ts';")).toHaveLength(1);
  });

  it('accepts a diamond', () => {
    const found = findIn(cyclesRule, {
      [a]: "import './b.ts'; import '@headwater/engine/c.ts';",
      [b]: "import '@headwater/engine/c.ts';",
      [c]: '',
    });
    expect(found).toEqual([]);
  });
});

describe('tools/check/rules/exports', () => {
  const path = 'packages/core/src/index.ts';

  it('fires on a star export and on a file of re-exports alone', () => {
    expect(findIn(barrelsRule, { [path]: "export * from './a.ts';\nexport const x = 1;" })).toHaveLength(1);
    expect(findIn(barrelsRule, { [path]: "export { a } from './a.ts';" })).toHaveLength(1);
  });

  it('accepts a file that defines something', () => {
    expect(findIn(barrelsRule, { [path]: "export { a } from './a.ts';\nexport const b = 1;" })).toEqual([]);
    expect(findIn(barrelsRule, { [path]: '' })).toEqual([]);
  });
});

describe('tools/check/rules/orphans', () => {
  it('fires on a file that only its test imports', () => {
    const found = findIn(orphansRule, {
      'apps/headwater/src/main.ts': "import '@headwater/core/used.ts';",
      'packages/core/src/used.ts': '',
      'packages/core/src/left.ts': '',
      'packages/core/src/left.test.ts': "import './left.ts';",
    });
    expect(found.map((one) => one.file)).toEqual(['packages/core/src/left.ts']);
  });
});
