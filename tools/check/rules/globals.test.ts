import { describe, expect, it } from 'vitest';
import { ALLOWED, globalsRule, purityRule } from './globals.ts';
import { findIn } from './planted.ts';

const ADAPTER = 'packages/adapters/src/loki/a.ts';
const CORE = 'packages/core/src/a.ts';

describe('tools/check/rules/globals', () => {
  it.each([
    'Date.now()',
    'new Date()',
    'Date()',
    'performance.now()',
    'Math.random()',
    'crypto.randomUUID()',
    'process.env.HOME',
    'process.exit(1)',
    "fetch('x')",
  ])('%s fires outside the listed files, and in core', (expression) => {
    const code = `const x = 1;\nexport const y = ${expression};\n`;
    expect(findIn(globalsRule, { [ADAPTER]: code })).toMatchObject([{ file: ADAPTER, line: 2 }]);
    expect(findIn(purityRule, { [CORE]: code })).toMatchObject([{ file: CORE, line: 2 }]);
    expect(findIn(globalsRule, { [CORE]: code })).toEqual([]);
  });

  it.each(['new Date(0)', 'Date.parse("x")', 'new Date(now)', 'Math.max(1, 2)', 'reader.fetch()', 'clock.now()'])(
    '%s is no use of the outside world',
    (expression) => {
      const code = `export const y = ${expression};\n`;
      expect(findIn(globalsRule, { [ADAPTER]: code })).toEqual([]);
      expect(findIn(purityRule, { [CORE]: code })).toEqual([]);
    },
  );

  it.each(['async function f() {}', 'const f = async () => {};', 'await x;', 'setTimeout(f, 1);'])(
    '%s waits, which only core and diagnosis may not',
    (code) => {
      expect(findIn(purityRule, { 'packages/diagnosis/src/a.ts': code })).toHaveLength(1);
      expect(findIn(globalsRule, { [ADAPTER]: code })).toEqual([]);
    },
  );

  it('lets the listed files through, and tests', () => {
    expect(
      findIn(globalsRule, {
        'apps/headwater/src/main.ts': 'process.exit(1);',
        'apps/headwater/src/wiring.ts': 'Date.now();',
      }),
    ).toEqual([]);
    expect(findIn(purityRule, { 'packages/core/src/a.test.ts': 'Date.now();' })).toEqual([]);
  });

  it('sees a random source that is imported by name', () => {
    expect(findIn(globalsRule, { [ADAPTER]: "import { randomUUID } from 'node:crypto';" })).toHaveLength(1);
  });

  it('can never list a file of core or diagnosis', () => {
    const listed = Object.values(ALLOWED).flat();
    expect(listed.filter((path) => /^packages\/(core|diagnosis)\//.test(path))).toEqual([]);
  });
});
