import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareGenerated } from './regenerate.ts';

describe('tools/check/regenerate', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'headwater-regenerate-'));
    writeFileSync(join(root, 'print.mjs'), "console.log('one');\nconsole.log('two');\n");
    writeFileSync(
      join(root, 'folder.mjs'),
      `import { mkdirSync, writeFileSync } from 'node:fs';
       mkdirSync(process.argv[2] + '/in', { recursive: true });
       writeFileSync(process.argv[2] + '/in/a.txt', 'a');`,
    );
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('accepts a current file and names the first line of a stale one', async () => {
    const artefact = { name: 'list', command: ['print.mjs'], path: 'list.txt' };
    writeFileSync(join(root, 'list.txt'), 'one\ntwo\n');
    expect(await compareGenerated(root, artefact)).toEqual([]);
    writeFileSync(join(root, 'list.txt'), 'one\n2\n');
    expect(await compareGenerated(root, artefact)).toMatchObject([{ file: 'list.txt', line: 2 }]);
  });

  it('compares folders both ways', async () => {
    const artefact = { name: 'folder', command: ['folder.mjs', '{out}'], path: 'made' };
    expect(await compareGenerated(root, artefact)).toMatchObject([{ file: 'made/in/a.txt' }]);
    mkdirSync(join(root, 'made/in'), { recursive: true });
    writeFileSync(join(root, 'made/in/a.txt'), 'a');
    expect(await compareGenerated(root, artefact)).toEqual([]);
    writeFileSync(join(root, 'made/old.txt'), '');
    expect(await compareGenerated(root, artefact)).toMatchObject([{ text: 'is no longer generated' }]);
  });

  it('reports a generator that fails with its words', async () => {
    writeFileSync(join(root, 'fail.mjs'), "throw new Error('no template');");
    const found = await compareGenerated(root, { name: 'x', command: ['fail.mjs'], path: 'x' });
    expect(found[0]?.text).toContain('no template');
  });
});
