import { expect, it } from 'vitest';

interface Tool {
  readonly name: string;
  readonly there: () => boolean;
  readonly for: string;
}

// Plain JavaScript without types, because it must run before anything is installed.
const { ensureTestTools, TEST_TOOLS } = (await import(new URL('./test-tools.mjs', import.meta.url).href)) as {
  readonly ensureTestTools: (
    say: (line: string) => void,
    tools: readonly Tool[],
    prefix?: readonly string[] | null,
  ) => void;
  readonly TEST_TOOLS: readonly Tool[];
};

const absent = { name: 'no-such-tool', there: () => false, for: 'nothing' };

it('says loudly what is missing where nothing can be installed', () => {
  const said: string[] = [];
  ensureTestTools((line) => said.push(line), [absent, { ...absent, name: 'there', there: () => true }], null);
  expect(said).toEqual([
    'NOT INSTALLED: no-such-tool (nothing). Its tests fail or say NOT RUN; on Debian: apt-get install no-such-tool',
  ]);
});

it('says nothing when everything is there', () => {
  const said: string[] = [];
  ensureTestTools((line) => said.push(line), [{ ...absent, there: () => true }]);
  expect(said).toEqual([]);
});

it('names each tool once and what it is for', () => {
  expect(new Set(TEST_TOOLS.map(({ name }) => name)).size).toBe(TEST_TOOLS.length);
  for (const tool of TEST_TOOLS) expect(tool.for).not.toBe('');
});
