import { describe, expect, it } from 'vitest';
import { anyRule, BUDGETS, fileSizeRule, functionSizeRule, testRatioRule } from './budgets.ts';
import { findIn } from './planted.ts';

function lines(count: number): string {
  return 'export {};\n'.repeat(count);
}

function functionOf(count: number): string {
  return `function long() {\n${'  work();\n'.repeat(count - 2)}}\n`;
}

describe('tools/check/rules/budgets', () => {
  it('caps a file, and a test file higher', () => {
    const path = 'packages/core/src/a.ts';
    const caps = (files: Record<string, string>) =>
      findIn(fileSizeRule, files).filter((one) => one.text.includes('the cap'));
    expect(caps({ [path]: lines(BUDGETS.fileCap) })).toEqual([]);
    expect(caps({ [path]: lines(BUDGETS.fileCap + 1) })).toMatchObject([{ file: path }]);
    expect(caps({ 'packages/core/src/a.test.ts': lines(BUDGETS.fileCap + 1) })).toEqual([]);
    expect(caps({ 'packages/core/src/a.gen.ts': lines(BUDGETS.fileCap + 1) })).toEqual([]);
  });

  it('holds the median and the 95th percentile of shipped files', () => {
    const spread = (count: number, size: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`packages/core/src/f${size}-${n}.ts`, lines(size)]));
    expect(findIn(fileSizeRule, { ...spread(19, 50), ...spread(1, 400) })).toEqual([]);
    expect(findIn(fileSizeRule, { ...spread(18, 50), ...spread(2, 400) })).toMatchObject([
      { text: expect.stringContaining('95th percentile file has 400') },
    ]);
    expect(findIn(fileSizeRule, spread(3, 91))).toMatchObject([
      { text: expect.stringContaining('median file has 91') },
    ]);
  });

  it('caps a function and says its name and line', () => {
    const short = Array.from({ length: 40 }, () => functionOf(5)).join('');
    const code = `${short}${functionOf(BUDGETS.functionCap + 1)}`;
    expect(findIn(functionSizeRule, { 'packages/core/src/a.ts': code })).toEqual([
      { file: 'packages/core/src/a.ts', line: 201, text: 'long has 81 lines; the cap is 80' },
    ]);
  });

  it('lets one any through in 5,000 lines, never a ts-ignore', () => {
    const path = 'packages/core/src/a.ts';
    expect(findIn(anyRule, { [path]: `let x: any;\n${lines(5000)}` })).toEqual([]);
    expect(findIn(anyRule, { [path]: `let x: any;\n${lines(500)}` })).toMatchObject([{ file: path, line: 1 }]);
    expect(findIn(anyRule, { [path]: '// @ts-ignore because\nx();' })).toMatchObject([{ file: path, line: 1 }]);
  });

  it('compares lines of tests and source in packages, fixtures in YAML and the test kit among the tests', () => {
    const source = { 'packages/core/src/a.ts': lines(10) };
    expect(findIn(testRatioRule, { ...source, 'packages/core/src/a.test.ts': lines(9) })).toHaveLength(1);
    expect(
      findIn(testRatioRule, {
        ...source,
        'packages/core/src/a.test.ts': lines(4),
        'packages/core/src/fixtures/positive-a.yaml': 'kind: Pod\n'.repeat(3),
        'packages/testkit/src/b.ts': lines(3),
      }),
    ).toEqual([]);
  });
});
