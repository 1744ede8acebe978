import { describe, expect, it } from 'vitest';
import { documentPathsRule, documentScriptsRule } from './documents.ts';
import { dependencyReasonsRule, lockfileRule, pinsRule } from './manifests.ts';
import { findIn } from './planted.ts';
import { suppressionsRule } from './suppressions.ts';
import { wordsRule } from './words.ts';

describe('tools/check/rules/documents', () => {
  const others = { 'docs/guide.md': '# First steps\n## `code` & more\n', 'packages/core/src/ids.ts': '' };
  const find = (text: string) => findIn(documentPathsRule, { 'docs/a.md': text, ...others });

  it('fires on a link, a quoted path and an anchor that lead nowhere', () => {
    expect(find('x\n[gone](gone.md)')).toMatchObject([{ file: 'docs/a.md', line: 2 }]);
    expect(find('see `packages/core/src/gone.ts`')).toHaveLength(1);
    expect(find('[guide](guide.md#no-such)')).toHaveLength(1);
    expect(find('<img src="images/gone.svg">')).toHaveLength(1);
  });

  it('accepts what exists, the outside, patterns and fenced examples', () => {
    expect(find('[guide](guide.md#first-steps) [code](guide.md#code--more) [up](../packages/core)')).toEqual([]);
    expect(find('`packages/core/src/ids.ts` and `packages/core`')).toEqual([]);
    expect(find('[out](https://example.com) `packages/<name>/src/*.ts` `npm test`')).toEqual([]);
    expect(find('```\n[gone](gone.md)\n```')).toEqual([]);
  });

  it('knows the scripts of package.json', () => {
    const found = findIn(documentScriptsRule, {
      'package.json': '{"scripts":{"check":"x"}}',
      'README.md': 'npm run check\nnpm run chekc',
    });
    expect(found).toMatchObject([{ line: 2, text: 'npm run chekc is not a script' }]);
  });
});

describe('tools/check/rules/manifests', () => {
  it('wants exact pins', () => {
    const manifest = '{"dependencies":{"a":"1.2.3","b":"^1.2.3"},"devDependencies":{"c":"latest"}}';
    expect(findIn(pinsRule, { 'packages/core/package.json': manifest })).toHaveLength(2);
  });

  it('wants one row for each runtime dependency, and no other', () => {
    const found = findIn(dependencyReasonsRule, {
      'packages/core/package.json': '{"dependencies":{"zod":"4.0.0","yaml":"2.0.0"},"devDependencies":{"x":"1.0.0"}}',
      'docs/dependencies.md': '| `zod` | saves a parser |\n| `old` | gone |\n',
    });
    expect(found.map((one) => one.text)).toEqual([
      'yaml has no row in docs/dependencies.md',
      'old is not a runtime dependency',
    ]);
  });

  it('wants a lockfile without addresses and with every platform', () => {
    const packages = {
      'node_modules/a': {
        version: '1.0.0',
        resolved: 'https://host/a.tgz',
        optionalDependencies: { 'a-linux': '1.0.0' },
      },
      'node_modules/b': { version: '1.0.0', optionalDependencies: { 'b-linux': '1.0.0' } },
      'node_modules/b-linux': { version: '1.0.0', optional: true },
    };
    expect(findIn(lockfileRule, { 'package-lock.json': JSON.stringify({ packages }) })).toHaveLength(2);
  });
});

describe('tools/check/rules/suppressions', () => {
  const find = (comment: string) => findIn(suppressionsRule, { 'packages/core/src/a.ts': `${comment}\nx();` });

  it('wants a reason for silencing a tool', () => {
    expect(find('// oxlint-disable-next-line no-console')).toHaveLength(1);
    expect(find('// @ts-expect-error')).toHaveLength(1);
    expect(find('// oxlint-disable-next-line no-console -- the only way to show it')).toEqual([]);
    expect(find('// @ts-expect-error the types of this library lack the option')).toEqual([]);
  });
});

describe('tools/check/rules/words', () => {
  const find = (code: string) => findIn(wordsRule, { 'packages/core/src/a.ts': code });

  it('fires on a declared name with a second word for one of our things', () => {
    expect(find('export function openTicket() {}')).toMatchObject([{ text: 'openTicket: say incident' }]);
    expect(find('interface A { problem_count: number }')).toHaveLength(1);
    expect(find('const issues = 1;')).toHaveLength(1);
  });

  it('leaves foreign names, uses and longer words alone', () => {
    expect(find('const x = error.issues; const issuer = 1; const nodeProblemDetector = 2;')).toEqual([]);
    expect(find('class A { constructor() {} }')).toEqual([]);
  });
});
